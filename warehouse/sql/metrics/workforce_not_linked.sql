-- A person with a job plan, an appraisal or a research event, in a month for which the workforce has come.
WITH seen AS (
    SELECT 'job_plan' AS item_code, organisation_code, period_start, period_end, person_key FROM core.fct_job_plan
    UNION
    SELECT 'appraisal' AS item_code, organisation_code, period_start, period_end, person_key FROM core.fct_appraisal
    UNION
    SELECT 'research_activity' AS item_code, organisation_code, period_start, period_end, person_key
    FROM core.fct_research_activity
    WHERE person_key IS NOT NULL
),

staff AS (
    SELECT DISTINCT organisation_code, period_end, person_key FROM core.fct_workforce
)

SELECT
    seen.item_code, seen.organisation_code, seen.period_start, seen.period_end, seen.person_key,
    CASE WHEN staff.person_key IS NULL THEN 1e0 ELSE 0e0 END AS numerator
FROM seen
SEMI JOIN core.fct_workforce AS month USING (organisation_code, period_end)
LEFT JOIN staff USING (organisation_code, period_end, person_key)
