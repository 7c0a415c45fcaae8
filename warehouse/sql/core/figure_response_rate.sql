-- Returned out of invited, by the last count that came within the wave, of staff groups and wide staff groups. `all`
-- counts those, too, whom the listed staff groups leave over.
WITH returned AS (
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
        count(*) AS response_count
    FROM core.fct_survey_response
    LEFT JOIN reference.staff_group_wide AS wide USING (staff_group_code)
    GROUP BY GROUPING SETS (
        (organisation_code, period_start, period_end),
        (organisation_code, period_start, period_end, staff_group_code),
        (organisation_code, period_start, period_end, wide.staff_group_wide_code)
    )
),

invited AS (
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
        sum(people_count) AS invited_count
    FROM core.survey_invited
    LEFT JOIN reference.staff_group_wide AS wide USING (staff_group_code)
    GROUP BY GROUPING SETS (
        (organisation_code, period_start, period_end),
        (organisation_code, period_start, period_end, staff_group_code),
        (organisation_code, period_start, period_end, wide.staff_group_wide_code)
    )
)

SELECT
    returned.organisation_code,
    returned.period_start,
    returned.period_end,
    returned.breakdown,
    returned.category,
    returned.response_count,
    invited.invited_count,
    100e0 * returned.response_count / invited.invited_count AS response_rate_pct
FROM returned
INNER JOIN invited USING (organisation_code, period_start, period_end, breakdown, category)
WHERE invited.invited_count > 0
