-- A respondent who reached a block of boxes x a box of it that their survey offered. Reached = ticked at least one:
-- some tools export an unticked box as 0 for people who never saw it. Offered = the submission holds answers to it.
WITH box AS (
    SELECT * FROM core.fct_survey_answer WHERE domain_code IN ('barriers', 'motivators')
),

reached AS (
    SELECT DISTINCT
        submission_id, domain_code, organisation_code, period_start, period_end, response_key, staff_group_code,
        profession_code, research_active_code
    FROM box
    WHERE score = 1
),

offered AS (
    SELECT DISTINCT submission_id, domain_code, question_key FROM box
)

SELECT
    reached.organisation_code, reached.period_start, reached.period_end, response_key, reached.staff_group_code,
    reached.profession_code, reached.research_active_code, reached.domain_code, question_key,
    coalesce(box.score = 1, FALSE) AS is_ticked
FROM reached
INNER JOIN offered USING (submission_id, domain_code)
LEFT JOIN box USING (response_key, question_key)
