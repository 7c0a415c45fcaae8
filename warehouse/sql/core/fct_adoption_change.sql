SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    site_code,
    change_code,
    noted_date,
    change_count
FROM staging.adoption_change
