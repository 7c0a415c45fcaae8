-- Metrics and organisations of which a family, not as a release stated it, is shown as of another release by the one in
-- print than was decided last.
WITH risk AS (
    SELECT DISTINCT metric_id, organisation_code, period_start, period_end
    FROM core.figure_risk
)

SELECT DISTINCT risk.metric_id, risk.organisation_code
FROM risk
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN temp.displayed AS displayed USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN core.family_standing AS standing USING (metric_id, organisation_code, period_start, period_end)
WHERE displayed.release_id IS DISTINCT FROM standing.release_id
