-- A respondent's mean over the domain. Asked = the items that the submission holds answers to: versions differ.
WITH asked AS (
    SELECT submission_id, domain_code, count(DISTINCT question_key) AS item_count
    FROM core.fct_survey_answer
    WHERE instrument_code = 'rcc' AND domain_code IN ('organisation', 'team', 'individual')
    GROUP BY submission_id, domain_code
)
SELECT
    a.domain_code AS item_code, a.organisation_code, a.period_start, a.period_end, a.response_key AS person_key,
    a.staff_group_code, a.research_active_code,
    avg(CAST(a.score AS DOUBLE)) AS numerator
FROM core.fct_survey_answer AS a
JOIN asked USING (submission_id, domain_code)
WHERE a.instrument_code = 'rcc' AND a.score IS NOT NULL
GROUP BY
    a.domain_code, a.organisation_code, a.period_start, a.period_end, a.response_key, a.staff_group_code,
    a.research_active_code, asked.item_count
HAVING 2 * count(a.score) >= asked.item_count
