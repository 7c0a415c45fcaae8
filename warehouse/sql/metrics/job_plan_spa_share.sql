-- A person with a signed-off plan in PAs.
SELECT
    organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    min(contract_type_code) AS contract_type_code,
    sum(coalesce(spa_pas, 0e0)) AS numerator,
    sum(total_pas) AS denominator
FROM core.fct_job_plan
WHERE is_signed_off AND total_pas > 0
GROUP BY ALL
