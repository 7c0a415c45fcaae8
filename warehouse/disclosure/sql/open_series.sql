-- Metrics that are counted together, and organisations, of which some family is not as a release stated it.
WITH risk AS (
    SELECT DISTINCT metric_id, organisation_code, period_start, period_end FROM core.figure_risk
),

open AS (
    SELECT risk.metric_id, risk.organisation_code
    FROM risk
    ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
)

SELECT DISTINCT metric.counted_with, open.organisation_code
FROM open
INNER JOIN reference.metric AS metric ON open.metric_id = metric.metric_id
