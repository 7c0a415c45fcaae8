SELECT
    answer.organisation_code,
    answer.period_start,
    answer.period_end,
    answer.submission_id,
    answer.question_key,
    answer.instrument_code,
    count(*) FILTER (WHERE answer.score < item.minimum OR answer.score > item.maximum) AS outside_scale_count,
    count(*) FILTER (WHERE answer.is_unsure = (answer.score IS NOT NULL)) AS unclear_count
FROM core.fct_survey_answer AS answer
LEFT JOIN reference.instrument_item AS item ON answer.question_key = item.question_key
GROUP BY ALL
