-- A scored answer to an item of the organisation, team or individual domain.
SELECT
    'rcc_item_score' AS metric_id,
    question_key AS item_code,
    organisation_code,
    period_start,
    period_end,
    response_key AS person_key,
    staff_group_code,
    CAST(score AS DOUBLE) AS numerator,
    1e0 AS denominator
FROM core.fct_survey_answer
WHERE instrument_code = 'rcc' AND domain_code IN ('organisation', 'team', 'individual') AND score IS NOT NULL
