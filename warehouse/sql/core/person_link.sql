-- An employee number that came with two registration numbers says nothing certain, and is left out.
WITH seen AS (
    SELECT organisation_code, employee_key, registration_key FROM staging.job_plan
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.appraisal
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.workforce
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.research_activity
)

SELECT
    organisation_code,
    employee_key,
    max(registration_key) AS registration_key
FROM seen
WHERE employee_key IS NOT NULL AND registration_key IS NOT NULL
GROUP BY organisation_code, employee_key
HAVING count(DISTINCT registration_key) = 1
