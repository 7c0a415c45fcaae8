-- Every statement that an earlier release made of a family that is there now, latest first, and whether what people
-- add is the same now. All figures count, shown or not.
WITH present AS (
    SELECT metric_id, organisation_code, period_start, period_end, count(*) AS line_count
    FROM core.figure_contribution
    GROUP BY metric_id, organisation_code, period_start, period_end
),

stated AS (
    SELECT metric_id, organisation_code, period_start, period_end, release_id, count(*) AS line_count
    FROM audit.stated_contribution
    GROUP BY metric_id, organisation_code, period_start, period_end, release_id
),

matched AS (
    SELECT metric_id, organisation_code, period_start, period_end, release_id, count(*) AS line_count
    FROM audit.stated_contribution
    INNER JOIN core.figure_contribution
        USING (
            metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
            numerator, denominator, baseline_value, square, unit_count, people_count
        )
    GROUP BY metric_id, organisation_code, period_start, period_end, release_id
)

SELECT
    stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end, stated.release_id,
    stated.line_count = present.line_count AND stated.line_count = coalesce(matched.line_count, 0) AS is_same
FROM stated
INNER JOIN present USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN matched USING (metric_id, organisation_code, period_start, period_end, release_id)
LEFT JOIN audit.release AS release ON release.release_id = stated.release_id
ORDER BY release.release_number DESC NULLS LAST
