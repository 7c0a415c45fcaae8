-- A question that is no longer declared keeps its answers, as `not_declared`: a check names it.
SELECT
    answer.*,
    answer.submission_id || '-' || answer.respondent_number AS response_key,
    response.staff_group_code,
    response.profession_code,
    CASE WHEN response.is_research_active THEN 'yes' WHEN NOT response.is_research_active THEN 'no' END
        AS research_active_code,
    coalesce(item.instrument_code, 'not_declared') AS instrument_code,
    coalesce(item.domain_code, 'not_declared') AS domain_code
FROM staging.survey_answer AS answer
INNER JOIN staging.survey_response AS response USING (submission_id, respondent_number)
LEFT JOIN reference.instrument_item AS item USING (question_key)
