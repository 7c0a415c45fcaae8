-- A person's mean of the points of their answers, where they gave enough of them. The answer to a negative question is
-- turned round first, so that 10 is always the best.
SELECT
    answer.submission_id,
    answer.organisation_code,
    answer.source,
    answer.period_start,
    answer.period_end,
    answer.response_key,
    answer.staff_group_code,
    answer.research_active_code,
    scoring.element_code,
    answer.domain_code,
    avg(scoring.points) AS score,
    scoring.minimum_score_count
FROM core.fct_survey_answer AS answer
INNER JOIN reference.instrument_item AS item USING (question_key)
INNER JOIN reference.nss_scoring AS scoring
    ON
        answer.domain_code = scoring.domain_code
        AND CASE WHEN item.is_reversed THEN item.maximum + item.minimum - answer.score ELSE answer.score END = scoring.step
WHERE answer.instrument_code = 'nss'
GROUP BY
    answer.submission_id,
    answer.organisation_code,
    answer.source,
    answer.period_start,
    answer.period_end,
    answer.response_key,
    answer.staff_group_code,
    answer.research_active_code,
    scoring.element_code,
    answer.domain_code,
    scoring.minimum_item_count,
    scoring.minimum_score_count
HAVING count(*) >= scoring.minimum_item_count
