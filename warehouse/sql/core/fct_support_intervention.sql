SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    case_key,
    programme_code,
    start_date,
    end_date,
    session_count,
    is_completed
FROM staging.support_intervention
