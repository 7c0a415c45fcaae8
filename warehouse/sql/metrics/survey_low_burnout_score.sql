-- A respondent with a burnout sub-score.
SELECT
    score.organisation_code, score.period_start, score.period_end, score.response_key AS person_key,
    score.staff_group_code, score.research_active_code,
    CASE WHEN response.is_research_funded THEN 'yes' WHEN NOT response.is_research_funded THEN 'no' END
        AS research_funded_code,
    score.score AS numerator
FROM core.fct_survey_score AS score
LEFT JOIN core.fct_survey_response AS response USING (response_key)
WHERE score.domain_code = 'burnout'
