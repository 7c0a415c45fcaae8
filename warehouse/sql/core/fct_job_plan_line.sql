-- A line happens once in `cycle_weeks` weeks, so a week's average is its planned time divided by them.
-- A line in PAs is turned into hours by the line's nation, else the organisation's, else England's.
WITH line AS (
    SELECT
        plan.*,
        coalesce(plan.registration_key, link.registration_key, plan.employee_key) AS person_key,
        coalesce(plan.nation_code, organisation.nation_code, 'england') AS pa_nation_code,
        coalesce(plan.is_premium_time, FALSE) AS is_premium,
        coalesce(plan.cycle_weeks, 1) AS weeks
    FROM staging.job_plan AS plan
    LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
    LEFT JOIN reference.organisation AS organisation USING (organisation_code)
)

SELECT
    line.submission_id,
    line.organisation_code,
    line.source,
    line.period_start,
    line.period_end,
    line.plan_key,
    line.person_key,
    line.line_number,
    line.staff_group_code,
    line.profession_code,
    line.contract_type_code,
    line.nation_code,
    line.plan_state_code,
    line.activity_category_code,
    line.funding_code,
    line.activity_category_code = 'research' OR coalesce(line.is_research, FALSE) AS is_research,
    line.planned_pas / line.weeks AS weekly_pas,
    coalesce(line.planned_hours, line.planned_pas * pa.hours_per_pa) / line.weeks AS weekly_hours
FROM line
LEFT JOIN reference.pa_hours AS pa
    ON line.pa_nation_code = pa.nation_code AND line.is_premium = pa.is_premium_time
