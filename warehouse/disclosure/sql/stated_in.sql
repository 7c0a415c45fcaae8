-- The releases that stated a family otherwise than it is now, latest first.
SELECT DISTINCT
    stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end, stated.release_id
FROM audit.stated_contribution AS stated
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
SEMI JOIN core.figure_contribution AS present USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
ORDER BY stated.release_id DESC
