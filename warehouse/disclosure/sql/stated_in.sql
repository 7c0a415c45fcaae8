-- The releases that stated a family otherwise than it is now, latest first.
SELECT counted_with, organisation_code, period_start, period_end, release_id
FROM audit.stated_contribution AS stated
INNER JOIN reference.metric AS metric USING (metric_id)
SEMI JOIN temp.open_series AS open USING (counted_with, organisation_code)
SEMI JOIN core.figure_contribution AS present USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN audit.release AS release USING (release_id)
GROUP BY ALL
ORDER BY max(release.release_number) DESC NULLS LAST
