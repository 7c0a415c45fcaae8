-- A person with research hours in a signed-off plan whose hours are known, once for each funder that there is.
WITH line AS (
    SELECT
        line.organisation_code, line.period_start, line.period_end, line.person_key,
        coalesce(line.funding_code, 'not_known') AS funder_code, line.weekly_hours
    FROM core.fct_job_plan_line AS line
    INNER JOIN core.fct_job_plan AS plan USING (submission_id, plan_key)
    WHERE plan.is_signed_off AND plan.total_hours > 0 AND line.is_research AND line.weekly_hours > 0
)

SELECT
    funder.code AS item_code, line.organisation_code, line.period_start, line.period_end, line.person_key,
    sum(CASE WHEN line.funder_code = funder.code THEN line.weekly_hours ELSE 0e0 END) AS numerator,
    sum(line.weekly_hours) AS denominator
FROM line
CROSS JOIN (SELECT code FROM reference.codelist WHERE codelist = 'funding') AS funder
GROUP BY ALL
