-- A staff group that the population lists, or everyone else (staff_group_code NULL): responses over people invited.
-- Where no count has come, one unit with a NULL denominator.
WITH part AS (
    SELECT
        organisation_code, period_start, period_end, invited.staff_group_code, 1e0 AS numerator, NULL AS denominator
    FROM core.fct_survey_response
    LEFT JOIN core.survey_invited AS invited USING (organisation_code, period_start, period_end, staff_group_code)
    UNION ALL
    SELECT organisation_code, period_start, period_end, nullif(staff_group_code, 'rest'), 0e0, people_count
    FROM core.survey_invited
)

SELECT
    organisation_code, period_start, period_end, staff_group_code,
    sum(numerator) AS numerator,
    CAST(sum(denominator) AS DOUBLE) AS denominator
FROM part
GROUP BY ALL
