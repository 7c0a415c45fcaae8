-- A scored answer to an item of the organisation, team or individual domain.
SELECT
    question_key AS item_code, organisation_code, period_start, period_end, response_key AS person_key,
    staff_group_code,
    CAST(score AS DOUBLE) AS numerator
FROM core.fct_survey_answer
WHERE instrument_code = 'rcc' AND domain_code IN ('organisation', 'team', 'individual') AND score IS NOT NULL
