-- Returned out of invited, by the last count that came within the wave, of staff groups and wide staff groups. `all`
-- counts those, too, whom the listed staff groups leave over.
WITH asked AS (
    SELECT organisation_code, period_start, period_end, staff_group_code, 1 AS returned, NULL AS invited
    FROM core.fct_survey_response
    UNION ALL
    SELECT organisation_code, period_start, period_end, staff_group_code, NULL, people_count
    FROM core.survey_invited
),

counted AS (
    SELECT
        organisation_code,
        period_start,
        period_end,
        CASE
            WHEN grouping(staff_group_code) = 0 THEN 'staff_group'
            WHEN grouping(wide.staff_group_wide_code) = 0 THEN 'staff_group_wide'
            ELSE 'all'
        END AS breakdown,
        CASE
            WHEN grouping(staff_group_code) = 0 THEN staff_group_code
            WHEN grouping(wide.staff_group_wide_code) = 0 THEN wide.staff_group_wide_code
            ELSE 'all'
        END AS category,
        count(returned) AS response_count,
        sum(invited) AS invited_count
    FROM asked
    LEFT JOIN reference.staff_group_wide AS wide USING (staff_group_code)
    GROUP BY GROUPING SETS (
        (organisation_code, period_start, period_end),
        (organisation_code, period_start, period_end, staff_group_code),
        (organisation_code, period_start, period_end, wide.staff_group_wide_code)
    )
)

SELECT
    organisation_code,
    period_start,
    period_end,
    breakdown,
    category,
    response_count,
    invited_count,
    100e0 * response_count / invited_count AS response_rate_pct
FROM counted
WHERE category IS NOT NULL AND response_count > 0 AND invited_count > 0
