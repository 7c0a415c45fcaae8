SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    case_key,
    concern_code
FROM staging.support_concern
