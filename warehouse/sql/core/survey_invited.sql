-- People invited to a survey's wave by staff group (`rest`: whom the listed groups leave over), by the last count that
-- came within it.
WITH wave AS (
    SELECT DISTINCT organisation_code, period_start, period_end FROM core.fct_survey_response
),

counted AS (
    SELECT
        wave.organisation_code, wave.period_start, wave.period_end, population.staff_group_code,
        population.people_count, population.period_end AS counted_date,
        max(population.period_end) OVER (
            PARTITION BY wave.organisation_code, wave.period_start, wave.period_end
        ) AS last_counted_date
    FROM wave
    INNER JOIN core.population_group AS population
        ON
            wave.organisation_code = population.organisation_code
            AND wave.period_start <= population.period_start
            AND wave.period_end >= population.period_end
    WHERE population.population_code = 'invited'
)

SELECT organisation_code, period_start, period_end, staff_group_code, people_count
FROM counted
WHERE counted_date = last_counted_date
