-- A person with a signed-off plan, in PAs or in hours.
SELECT
    organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    min(profession_code) AS profession_code,
    min(contract_type_code) AS contract_type_code,
    max(CASE WHEN research_pas > 0 OR research_hours > 0 THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.fct_job_plan
WHERE is_signed_off
GROUP BY ALL
