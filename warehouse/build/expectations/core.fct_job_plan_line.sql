SELECT
    organisation_code,
    period_start,
    activity_category_code,
    funding_code,
    min(weekly_pas) AS least_pas,
    min(weekly_hours) AS least_hours,
    count(*) FILTER (WHERE weekly_hours IS NULL) AS without_hours_count
FROM core.fct_job_plan_line
GROUP BY organisation_code, period_start, activity_category_code, funding_code
