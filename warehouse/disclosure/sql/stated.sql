-- What people add to the figures that this build states anew: what later releases are compared with.
SELECT part.*
FROM core.figure_contribution AS part
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
