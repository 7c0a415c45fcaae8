-- A person with research time in a signed-off plan, in PAs or in hours, once for each funder that there is.
WITH funded AS (
    SELECT
        line.organisation_code, line.period_start, line.period_end, line.person_key,
        CASE
            WHEN count(DISTINCT coalesce(line.funding_code, 'not_known')) > 1 THEN 'several'
            ELSE max(coalesce(line.funding_code, 'not_known'))
        END AS funder_code
    FROM core.fct_job_plan_line AS line
    INNER JOIN core.fct_job_plan AS plan USING (submission_id, plan_key)
    WHERE plan.is_signed_off AND line.is_research AND (line.weekly_pas > 0 OR line.weekly_hours > 0)
    GROUP BY ALL
)

SELECT
    funder.code AS item_code, funded.organisation_code, funded.period_start, funded.period_end, funded.person_key,
    CASE WHEN funded.funder_code = funder.code THEN 1e0 ELSE 0e0 END AS numerator
FROM funded
CROSS JOIN (
    SELECT code FROM reference.codelist WHERE codelist = 'funding'
    UNION ALL
    SELECT 'several' AS code
) AS funder
