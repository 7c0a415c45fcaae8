SELECT
    organisation_code,
    period_start,
    staff_group_code,
    contract_type_code,
    nation_code,
    plan_state_code,
    max(total_pas) AS most_pas,
    max(total_hours) AS most_hours,
    max(research_hours - total_hours) AS most_research_beyond_total
FROM core.fct_job_plan
GROUP BY organisation_code, period_start, staff_group_code, contract_type_code, nation_code, plan_state_code
