-- A response x a block of questions that its survey holds. An unticked box (score 0) does not show that it was reached.
WITH answer AS (
    SELECT submission_id, response_key, domain_code, score >= 1 OR is_unsure AS is_reached
    FROM core.fct_survey_answer
    WHERE instrument_code = 'rcc' OR domain_code IN ('barriers', 'motivators')
),
block AS (
    SELECT DISTINCT submission_id, domain_code FROM answer
),
reached AS (
    SELECT DISTINCT response_key, domain_code FROM answer WHERE is_reached
)
SELECT
    b.domain_code AS item_code, r.organisation_code, r.period_start, r.period_end, r.response_key AS person_key,
    r.staff_group_code,
    CASE WHEN x.response_key IS NULL THEN 0e0 ELSE 1e0 END AS numerator
FROM core.fct_survey_response AS r
JOIN block AS b USING (submission_id)
LEFT JOIN reached AS x ON x.response_key = r.response_key AND x.domain_code = b.domain_code
