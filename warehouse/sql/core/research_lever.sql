-- The two levers on one person, found by either number: time in the signed-off plan, as job_plan_any_research_time counts
-- it, and the role in an appraisal completed since 1 April, as appraisal_research_role_ytd does.
WITH planned AS (
    SELECT
        organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
        max(CASE WHEN research_pas > 0 OR research_hours > 0 THEN 1 ELSE 0 END) AS has_time
    FROM core.fct_job_plan
    WHERE is_signed_off
    GROUP BY ALL
),

appraised AS (
    SELECT
        organisation_code, period_end, person_key, max(CASE WHEN has_research_role THEN 1 ELSE 0 END) AS has_role
    FROM core.fct_appraisal
    WHERE is_complete AND has_research_role IS NOT NULL AND coalesce(signed_off_date, due_date) >= april_date
    GROUP BY ALL
)

SELECT
    organisation_code, planned.period_start, period_end, person_key, planned.staff_group_code, planned.has_time,
    appraised.has_role
FROM planned
INNER JOIN appraised USING (organisation_code, period_end, person_key)
