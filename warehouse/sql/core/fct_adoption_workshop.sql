SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    site_code,
    workshop_date,
    stakeholder_count
FROM staging.adoption_workshop
