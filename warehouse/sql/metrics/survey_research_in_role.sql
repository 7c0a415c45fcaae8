-- A respondent who answered the question, be it `unsure`.
SELECT
    organisation_code, period_start, period_end, response_key AS person_key, staff_group_code, research_active_code,
    CASE WHEN score = 1 THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_survey_answer
WHERE question_key = 'local_research_in_role_description'
