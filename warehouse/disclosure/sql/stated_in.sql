-- The releases that stated a family otherwise than it is now, latest first.
SELECT
    stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end, stated.release_id
FROM audit.stated_contribution AS stated
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
SEMI JOIN core.figure_contribution AS present USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN audit.release AS release ON stated.release_id = release.release_id
GROUP BY stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end, stated.release_id
ORDER BY max(release.release_number) DESC NULLS LAST
