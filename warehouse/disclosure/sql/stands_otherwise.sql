-- Metrics and organisations of which a family, not as a release stated it, is shown as of another release by the one in
-- print than was decided last.
WITH risk AS (
    SELECT DISTINCT figure.metric_id, metric.counted_with, figure.organisation_code, figure.period_start, figure.period_end
    FROM core.figure_risk AS figure
    INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
)

SELECT DISTINCT risk.metric_id, risk.organisation_code
FROM risk
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN temp.displayed AS displayed USING (counted_with, organisation_code, period_start, period_end)
LEFT JOIN core.family_standing AS standing USING (metric_id, organisation_code, period_start, period_end)
WHERE displayed.release_id IS DISTINCT FROM standing.release_id
