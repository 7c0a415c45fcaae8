-- A staff group that the population lists, or everyone else (staff_group_code NULL):
-- people with research time in a signed-off plan over staff in scope of job planning in the same month.
-- Where no count has come, one unit with a NULL denominator.
WITH planned AS (
    SELECT
        organisation_code,
        period_start,
        period_end,
        min(staff_group_code) AS staff_group_code,
        max(CASE WHEN is_signed_off AND (research_pas > 0 OR research_hours > 0) THEN 1e0 ELSE 0e0 END) AS numerator
    FROM core.fct_job_plan
    GROUP BY organisation_code, period_start, period_end, person_key
),
part AS (
    SELECT j.organisation_code, j.period_start, j.period_end, p.staff_group_code, j.numerator, NULL AS denominator
    FROM planned AS j
    LEFT JOIN core.population_group AS p
        ON p.population_code = 'job_plan_scope'
        AND p.organisation_code = j.organisation_code
        AND p.period_end = j.period_end
        AND p.staff_group_code = j.staff_group_code
    UNION ALL
    SELECT DISTINCT
        j.organisation_code,
        j.period_start,
        j.period_end,
        nullif(p.staff_group_code, 'rest'),
        0e0,
        p.people_count
    FROM planned AS j
    JOIN core.population_group AS p
        ON p.population_code = 'job_plan_scope'
        AND p.organisation_code = j.organisation_code
        AND p.period_end = j.period_end
)
SELECT
    'job_plan_research_time_of_scope' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    CAST(NULL AS STRING) AS person_key,
    staff_group_code,
    sum(numerator) AS numerator,
    CAST(sum(denominator) AS DOUBLE) AS denominator
FROM part
GROUP BY organisation_code, period_start, period_end, staff_group_code
