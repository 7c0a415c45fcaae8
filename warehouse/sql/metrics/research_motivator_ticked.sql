-- A respondent who reached the block x a motivator that their survey offered. Reached = ticked at least one box:
-- some tools export an unticked box as 0 for people who never saw it. Offered = the submission holds answers to it.
WITH reached AS (
    SELECT DISTINCT submission_id, organisation_code, period_start, period_end, response_key, staff_group_code
    FROM core.fct_survey_answer
    WHERE instrument_code = 'rcc' AND domain_code = 'motivators' AND score = 1
),
offered AS (
    SELECT DISTINCT submission_id, question_key
    FROM core.fct_survey_answer
    WHERE instrument_code = 'rcc' AND domain_code = 'motivators'
)
SELECT
    'research_motivator_ticked' AS metric_id,
    o.question_key AS item_code,
    r.organisation_code,
    r.period_start,
    r.period_end,
    r.response_key AS person_key,
    r.staff_group_code,
    CASE WHEN a.score = 1 THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM reached AS r
JOIN offered AS o USING (submission_id)
LEFT JOIN core.fct_survey_answer AS a ON a.response_key = r.response_key AND a.question_key = o.question_key
