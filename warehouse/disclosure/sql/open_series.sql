-- Metrics that are counted together, and organisations, of which some family is not as a release stated it.
SELECT DISTINCT metric.counted_with, risk.organisation_code
FROM core.figure_risk AS risk
INNER JOIN reference.metric AS metric USING (metric_id)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
