-- What people add to the figures that this build states anew: what later releases are compared with.
SELECT part.*
FROM core.figure_contribution AS part
SEMI JOIN core.figure_decision AS decision USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
