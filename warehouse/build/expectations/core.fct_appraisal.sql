SELECT
    organisation_code,
    period_start,
    staff_group_code,
    grade_code,
    appraisal_state_code,
    min(least(
        coalesce(research_pdp_agreed_count, 0),
        coalesce(research_pdp_due_count, 0),
        coalesce(research_pdp_complete_count, 0)
    )) AS least_count,
    count(*) FILTER (WHERE research_pdp_complete_count > research_pdp_due_count) AS more_complete_than_due_count
FROM core.fct_appraisal
GROUP BY organisation_code, period_start, staff_group_code, grade_code, appraisal_state_code
