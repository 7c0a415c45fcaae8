SELECT
    organisation_code, period_start, period_end, submission_id,
    count(*) FILTER (WHERE weekly_hours IS NULL) AS without_hours_count
FROM core.fct_job_plan_line
GROUP BY ALL
