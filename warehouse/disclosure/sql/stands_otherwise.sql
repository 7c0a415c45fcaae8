-- Metrics and organisations of which a family, not as a release stated it, is shown as of another release by the one in
-- print than was decided last.
SELECT DISTINCT risk.metric_id, risk.organisation_code
FROM core.figure_risk AS risk
INNER JOIN reference.metric AS metric USING (metric_id)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN temp.displayed AS displayed USING (counted_with, organisation_code, period_start, period_end)
LEFT JOIN core.family_standing AS standing USING (metric_id, organisation_code, period_start, period_end)
WHERE displayed.release_id IS DISTINCT FROM standing.release_id
