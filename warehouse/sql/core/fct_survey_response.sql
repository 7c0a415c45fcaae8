SELECT
    *,
    submission_id || '-' || respondent_number AS response_key
FROM staging.survey_response
