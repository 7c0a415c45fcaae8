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
    SELECT
        then_.metric_id, then_.organisation_code, then_.period_start, then_.period_end, then_.release_id,
        count(*) AS line_count
    FROM audit.stated_contribution AS then_
    INNER JOIN core.figure_contribution AS now_
        ON
            then_.metric_id = now_.metric_id
            AND then_.item_code = now_.item_code
            AND then_.organisation_code = now_.organisation_code
            AND then_.period_start = now_.period_start
            AND then_.period_end = now_.period_end
            AND then_.breakdown = now_.breakdown
            AND then_.category = now_.category
            AND then_.numerator = now_.numerator
            AND then_.denominator = now_.denominator
            AND then_.baseline_value = now_.baseline_value
            AND then_.square = now_.square
            AND then_.unit_count = now_.unit_count
            AND then_.people_count = now_.people_count
    GROUP BY then_.metric_id, then_.organisation_code, then_.period_start, then_.period_end, then_.release_id
)

SELECT
    stated.metric_id, stated.organisation_code, stated.period_start, stated.period_end, stated.release_id,
    stated.line_count = present.line_count AND stated.line_count = coalesce(matched.line_count, 0) AS is_same
FROM stated
INNER JOIN present
    ON
        stated.metric_id = present.metric_id
        AND stated.organisation_code = present.organisation_code
        AND stated.period_start = present.period_start
        AND stated.period_end = present.period_end
LEFT JOIN matched
    ON
        stated.metric_id = matched.metric_id
        AND stated.organisation_code = matched.organisation_code
        AND stated.period_start = matched.period_start
        AND stated.period_end = matched.period_end
        AND stated.release_id = matched.release_id
ORDER BY stated.release_id DESC
