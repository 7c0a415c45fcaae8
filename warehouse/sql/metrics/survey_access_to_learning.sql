-- A respondent who answered the question; 4 and 5 are agree and strongly agree.
SELECT
    organisation_code, period_start, period_end, response_key AS person_key, staff_group_code, research_active_code,
    CASE WHEN score >= 4 THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_survey_answer
WHERE question_key = 'nss_learning_access'
