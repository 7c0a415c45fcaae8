-- A person who completed research training since 1 April.
SELECT
    organisation_code, april_date AS period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    min(profession_code) AS profession_code,
    1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code = 'training'
    AND event_date BETWEEN april_date AND period_end
GROUP BY ALL
