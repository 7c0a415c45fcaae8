-- People with a job plan beside the staff in scope of job planning in the same month: by the staff groups that the
-- population lists, and `rest`, everyone else.
WITH planned AS (
    SELECT
        organisation_code, period_start, period_end, min(staff_group_code) AS staff_group_code,
        max(CASE WHEN is_signed_off AND (research_pas > 0 OR research_hours > 0) THEN 1 ELSE 0 END) AS has_research,
        max(CASE WHEN is_signed_off THEN 1 ELSE 0 END) AS has_signed_off
    FROM core.fct_job_plan
    GROUP BY organisation_code, period_start, period_end, person_key
),

scope AS (
    SELECT organisation_code, period_end, staff_group_code, people_count
    FROM core.population_group
    WHERE population_code = 'job_plan_scope'
),

part AS (
    SELECT
        organisation_code, period_start, period_end, coalesce(scope.staff_group_code, 'rest') AS staff_group_code,
        has_research, has_signed_off, NULL AS people_count
    FROM planned
    LEFT JOIN scope USING (organisation_code, period_end, staff_group_code)
    UNION ALL
    SELECT DISTINCT organisation_code, period_start, period_end, scope.staff_group_code, 0, 0, people_count
    FROM planned
    INNER JOIN scope USING (organisation_code, period_end)
)

SELECT
    organisation_code, period_start, period_end, staff_group_code,
    CAST(sum(has_research) AS BIGINT) AS research_count,
    CAST(sum(has_signed_off) AS BIGINT) AS signed_off_count,
    CAST(sum(people_count) AS BIGINT) AS scope_count
FROM part
GROUP BY ALL
