-- A respondent who reached the block of barriers x a level of which their survey offered a barrier.
-- Reached = ticked at least one box. `No barriers` is a box of no level.
WITH reached AS (
    SELECT DISTINCT
        submission_id, organisation_code, period_start, period_end, response_key, staff_group_code, research_active_code
    FROM core.fct_survey_answer
    WHERE instrument_code = 'rcc' AND domain_code = 'barriers' AND score = 1
),
offered AS (
    SELECT DISTINCT answer.submission_id, level.level_code
    FROM core.fct_survey_answer AS answer
    JOIN reference.item_subtheme AS level USING (question_key)
    WHERE answer.instrument_code = 'rcc' AND answer.domain_code = 'barriers'
),
ticked AS (
    SELECT DISTINCT answer.response_key, level.level_code
    FROM core.fct_survey_answer AS answer
    JOIN reference.item_subtheme AS level USING (question_key)
    WHERE answer.instrument_code = 'rcc' AND answer.domain_code = 'barriers' AND answer.score = 1
)
SELECT
    'research_barrier_level_ticked' AS metric_id,
    o.level_code AS item_code,
    r.organisation_code,
    r.period_start,
    r.period_end,
    r.response_key AS person_key,
    r.staff_group_code,
    r.research_active_code,
    CASE WHEN t.response_key IS NULL THEN 0e0 ELSE 1e0 END AS numerator,
    1e0 AS denominator
FROM reached AS r
JOIN offered AS o USING (submission_id)
LEFT JOIN ticked AS t ON t.response_key = r.response_key AND t.level_code = o.level_code
