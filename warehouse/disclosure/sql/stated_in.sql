-- The releases that stated a family otherwise than it is now, latest first.
WITH part AS (
    SELECT
        metric.counted_with, stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end,
        stated.release_id
    FROM audit.stated_contribution AS stated
    INNER JOIN reference.metric AS metric ON stated.metric_id = metric.metric_id
)

SELECT part.counted_with, part.organisation_code, part.period_start, part.period_end, part.release_id
FROM part
SEMI JOIN temp.open_series USING (counted_with, organisation_code)
SEMI JOIN core.figure_contribution AS present USING (metric_id, organisation_code, period_start, period_end)
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN audit.release AS release ON part.release_id = release.release_id
GROUP BY part.counted_with, part.organisation_code, part.period_start, part.period_end, part.release_id
ORDER BY max(release.release_number) DESC NULLS LAST
