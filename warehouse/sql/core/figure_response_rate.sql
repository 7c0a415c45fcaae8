-- Returned out of invited, by the last count that came within the wave. `all` counts those, too, whom the listed staff
-- groups leave over.
WITH returned AS (
    SELECT
        organisation_code,
        period_start,
        period_end,
        CASE WHEN grouping(staff_group_code) = 0 THEN 'staff_group' ELSE 'all' END AS breakdown,
        CASE WHEN grouping(staff_group_code) = 0 THEN staff_group_code ELSE 'all' END AS category,
        count(*) AS response_count
    FROM core.fct_survey_response
    GROUP BY GROUPING SETS (
        (organisation_code, period_start, period_end),
        (organisation_code, period_start, period_end, staff_group_code)
    )
),

counted AS (
    SELECT
        wave.organisation_code,
        wave.period_start,
        wave.period_end,
        population.staff_group_code,
        population.people_count,
        population.period_end AS counted_date,
        max(population.period_end) OVER (
            PARTITION BY wave.organisation_code, wave.period_start, wave.period_end
        ) AS last_counted_date
    FROM returned AS wave
    INNER JOIN core.population_group AS population
        ON
            wave.organisation_code = population.organisation_code
            AND wave.period_start <= population.period_start
            AND wave.period_end >= population.period_end
    WHERE wave.breakdown = 'all' AND population.population_code = 'invited'
),

invited AS (
    SELECT
        organisation_code,
        period_start,
        period_end,
        CASE WHEN grouping(staff_group_code) = 0 THEN 'staff_group' ELSE 'all' END AS breakdown,
        CASE WHEN grouping(staff_group_code) = 0 THEN staff_group_code ELSE 'all' END AS category,
        sum(people_count) AS invited_count
    FROM counted
    WHERE counted_date = last_counted_date
    GROUP BY GROUPING SETS (
        (organisation_code, period_start, period_end),
        (organisation_code, period_start, period_end, staff_group_code)
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
