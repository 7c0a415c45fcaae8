-- What people add to the figures that this build states anew: what later releases are compared with. Of people of whom
-- some figure stays as it was, none is stated anew.
WITH standing AS (
    SELECT metric.counted_with, family.organisation_code, family.period_start, family.period_end
    FROM core.family_standing AS family
    INNER JOIN reference.metric AS metric ON family.metric_id = metric.metric_id
)

SELECT part.*
FROM core.figure_contribution AS part
INNER JOIN reference.metric AS metric ON part.metric_id = metric.metric_id
SEMI JOIN core.figure_decision AS decision
    ON
        part.metric_id = decision.metric_id
        AND part.organisation_code = decision.organisation_code
        AND part.period_start = decision.period_start
        AND part.period_end = decision.period_end
ANTI JOIN core.same_family AS same
    ON
        part.metric_id = same.metric_id
        AND part.organisation_code = same.organisation_code
        AND part.period_start = same.period_start
        AND part.period_end = same.period_end
ANTI JOIN standing
    ON
        metric.counted_with = standing.counted_with
        AND part.organisation_code = standing.organisation_code
        AND part.period_start = standing.period_start
        AND part.period_end = standing.period_end
