-- A respondent who reached the block x a motivator that their survey offered.
SELECT
    question_key AS item_code, organisation_code, period_start, period_end, response_key AS person_key,
    staff_group_code, profession_code,
    CASE WHEN is_ticked THEN 1e0 ELSE 0e0 END AS numerator
FROM core.survey_box
WHERE domain_code = 'motivators'
