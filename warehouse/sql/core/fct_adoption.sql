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
    ), FALSE) AS is_latest,
    max(CASE WHEN is_agreed AND assessed_date <= period_end THEN 1 ELSE 0 END) OVER (
        PARTITION BY submission_id, site_code, recommendation_number
    ) = 1 AS is_ever_agreed,
    adaptation_code,
    due_date,
    CASE
        WHEN due_date IS NOT NULL THEN due_date <= period_end AND adoption_state_code NOT IN ('in_place', 'abandoned')
    END AS is_overdue,
    metric_id AS measure_metric_id,
    measure_item_code,
    target_value
FROM staging.recommendation_adoption
