-- A respondent with a burnout sub-score.
SELECT
    organisation_code, period_start, period_end, response_key AS person_key, staff_group_code, research_active_code,
    score AS numerator
FROM core.fct_survey_score
WHERE domain_code = 'burnout'
