SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    submission_id || '-' || respondent_number AS response_key,
    response_date,
    staff_group_code,
    profession_code,
    is_complete,
    is_research_active,
    is_research_funded
FROM staging.survey_response
