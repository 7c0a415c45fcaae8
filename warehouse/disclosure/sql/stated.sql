-- What people add to the figures that this build states anew: what later releases are compared with. Of people of whom
-- some figure stays as it was, none is stated anew.
WITH standing AS (
    SELECT metric.counted_with, family.organisation_code, family.period_start, family.period_end
    FROM core.family_standing AS family
    INNER JOIN reference.metric AS metric USING (metric_id)
)

SELECT part.*
FROM core.figure_contribution AS part
INNER JOIN reference.metric AS metric USING (metric_id)
SEMI JOIN core.figure_decision AS decision USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN standing USING (counted_with, organisation_code, period_start, period_end)
