-- Sums over the lines of a plan. A plan without a line in PAs has no PAs at all, which is not the same as 0.
WITH plan AS (
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
        coalesce(sum(weekly_pas) FILTER (WHERE activity_category_code = 'spa'), 0) AS spa_pas,
        coalesce(sum(weekly_pas) FILTER (WHERE is_research), 0) AS research_pas,
        sum(weekly_hours) AS total_hours,
        coalesce(sum(weekly_hours) FILTER (WHERE is_research), 0) AS research_hours
    FROM core.fct_job_plan_line
    GROUP BY submission_id, organisation_code, source, period_start, period_end, plan_key
)

SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    plan_key,
    person_key,
    staff_group_code,
    profession_code,
    contract_type_code,
    nation_code,
    plan_state_code,
    is_signed_off,
    line_count,
    total_pas,
    CASE WHEN total_pas IS NOT NULL THEN spa_pas END AS spa_pas,
    CASE WHEN total_pas IS NOT NULL THEN research_pas END AS research_pas,
    total_hours,
    CASE WHEN total_hours IS NOT NULL THEN research_hours END AS research_hours
FROM plan
