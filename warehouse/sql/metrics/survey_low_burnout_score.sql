-- A respondent with a burnout sub-score.
SELECT
    'survey_low_burnout_score' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    response_key AS person_key,
    staff_group_code,
    research_active_code,
    score AS numerator,
    1e0 AS denominator
FROM core.fct_survey_score
WHERE domain_code = 'burnout'
