-- Sums over the lines of a plan. A plan without a line in PAs has no PAs at all, which is not the same as 0.
SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    plan_key,
    max(person_key) AS person_key,
    max(staff_group_code) AS staff_group_code,
    max(profession_code) AS profession_code,
    max(contract_type_code) AS contract_type_code,
    max(nation_code) AS nation_code,
    max(plan_state_code) AS plan_state_code,
    bool_and(plan_state_code = 'signed_off') AS is_signed_off,
    count(*) AS line_count,
    sum(weekly_pas) AS total_pas,
    CASE WHEN count(weekly_pas) > 0 THEN coalesce(sum(weekly_pas) FILTER (WHERE activity_category_code = 'spa'), 0) END AS spa_pas,
    CASE WHEN count(weekly_pas) > 0 THEN coalesce(sum(weekly_pas) FILTER (WHERE is_research), 0) END AS research_pas,
    sum(weekly_hours) AS total_hours,
    CASE WHEN count(weekly_hours) > 0 THEN coalesce(sum(weekly_hours) FILTER (WHERE is_research), 0) END AS research_hours
FROM core.fct_job_plan_line
GROUP BY ALL
