SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    population_code,
    staff_group_code,
    snapshot_date,
    people_count
FROM staging.population
