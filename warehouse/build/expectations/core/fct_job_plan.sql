SELECT
    organisation_code, period_start, period_end, submission_id,
    max(total_pas) AS most_pas,
    max(total_hours) AS most_hours,
    greatest(max(research_hours - total_hours), 0) AS most_research_beyond_total
FROM core.fct_job_plan
GROUP BY ALL
