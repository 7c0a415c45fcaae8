-- An organisation's appraisal year, from what stood at 31 March: doctors completed over doctors connected.
WITH connected AS (
    SELECT organisation_code, period_end, sum(people_count) AS people_count
    FROM core.population_group
    WHERE population_code = 'prescribed_connection'
    GROUP BY organisation_code, period_end
)
SELECT
    a.organisation_code,
    a.april_date AS period_start,
    a.period_end,
    CAST(
        count(
            DISTINCT CASE
                WHEN
                    a.has_prescribed_connection
                    AND a.is_complete
                    AND coalesce(a.signed_off_date, a.due_date) >= a.april_date
                    THEN a.person_key
            END
        ) AS DOUBLE
    ) AS numerator,
    CAST(max(c.people_count) AS DOUBLE) AS denominator
FROM core.fct_appraisal AS a
LEFT JOIN connected AS c USING (organisation_code, period_end)
WHERE month(a.period_end) = 3
GROUP BY ALL
