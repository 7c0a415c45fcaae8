-- Metrics and organisations of which some family is not as a release stated it.
SELECT DISTINCT risk.metric_id, risk.organisation_code
FROM core.figure_risk AS risk
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
