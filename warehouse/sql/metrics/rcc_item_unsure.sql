-- An answer, scored or unsure, to an item of the organisation, team or individual domain.
SELECT
    question_key AS item_code, organisation_code, period_start, period_end, response_key AS person_key,
    staff_group_code,
    CASE WHEN is_unsure THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_survey_answer
WHERE
    instrument_code = 'rcc'
    AND domain_code IN ('organisation', 'team', 'individual')
    AND (score IS NOT NULL OR is_unsure)
