-- A person with research items due; no more of them can be complete than were due.
SELECT
    organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    CAST(sum(least(research_pdp_complete_count, research_pdp_due_count)) AS DOUBLE) AS numerator,
    CAST(sum(research_pdp_due_count) AS DOUBLE) AS denominator
FROM core.fct_appraisal
WHERE research_pdp_due_count > 0 AND research_pdp_complete_count IS NOT NULL
GROUP BY organisation_code, period_start, period_end, person_key
