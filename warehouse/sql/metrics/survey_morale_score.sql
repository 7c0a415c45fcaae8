-- A respondent x a sub-score of morale; and, as item `none`, the mean of their sub-scores.
SELECT
    item_code, organisation_code, period_start, period_end, response_key AS person_key, staff_group_code,
    research_active_code, score AS numerator
FROM core.survey_element_score
WHERE element_code = 'morale'
