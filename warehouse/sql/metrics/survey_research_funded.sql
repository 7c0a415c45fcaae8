-- A respondent who answered the question.
SELECT
    organisation_code, period_start, period_end, response_key AS person_key, staff_group_code,
    CASE WHEN is_research_funded THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_survey_response
WHERE is_research_funded IS NOT NULL
