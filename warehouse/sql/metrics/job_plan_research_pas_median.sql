-- A person with a signed-off plan in PAs.
SELECT
    'job_plan_research_pas_median' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    person_key,
    min(staff_group_code) AS staff_group_code,
    min(contract_type_code) AS contract_type_code,
    sum(coalesce(research_pas, 0e0)) AS numerator,
    1e0 AS denominator
FROM core.fct_job_plan
WHERE is_signed_off AND total_pas IS NOT NULL
GROUP BY organisation_code, period_start, period_end, person_key
