-- A person is the registration number where it is known, directly or through the employee number, else the latter.
WITH seen AS (
    SELECT organisation_code, employee_key, registration_key FROM staging.job_plan
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.appraisal
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.workforce
    UNION ALL
    SELECT organisation_code, employee_key, registration_key FROM staging.research_activity
),

person AS (
    SELECT
        seen.organisation_code,
        seen.employee_key,
        coalesce(seen.registration_key, link.registration_key) AS registration_key
    FROM seen
    LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
)

SELECT
    organisation_code,
    coalesce(registration_key, employee_key) AS person_key,
    max(registration_key) AS registration_key,
    CASE WHEN count(DISTINCT employee_key) = 1 THEN max(employee_key) END AS employee_key
FROM person
WHERE coalesce(registration_key, employee_key) IS NOT NULL
GROUP BY organisation_code, coalesce(registration_key, employee_key)
