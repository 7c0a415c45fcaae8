SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    site_code,
    site_type_code,
    recommendation_number,
    strategy_code,
    is_agreed,
    adoption_state_code,
    assessed_date,
    coalesce(assessed_date = max(CASE WHEN assessed_date <= period_end THEN assessed_date END) OVER (
        PARTITION BY submission_id, site_code, recommendation_number
    ), FALSE) AS is_latest
FROM staging.recommendation_adoption
