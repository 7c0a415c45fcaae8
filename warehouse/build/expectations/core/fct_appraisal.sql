SELECT
    organisation_code, period_start, period_end, submission_id,
    count(*) FILTER (WHERE research_pdp_complete_count > research_pdp_due_count) AS more_complete_than_due_count
FROM core.fct_appraisal
GROUP BY ALL
