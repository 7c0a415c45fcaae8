-- A site's adoption, as last assessed, beside each of its outcomes of any period: the site's own as the same sender gives
-- it by site, or the organisation's whose code the site bears. The support was modified from the day on which an agreed
-- recommendation was first seen in place or partly so.
WITH dated AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY organisation_code, category ORDER BY period_end DESC, period_start DESC) AS recency
    FROM marts.dashboard_figure
    WHERE metric_id = 'adoption_recommendations_in_place' AND breakdown = 'site'
),

modified AS (
    SELECT organisation_code, site_code, min(assessed_date) AS first_modified_date
    FROM core.fct_adoption
    WHERE is_agreed AND adoption_state_code IN ('partly_in_place', 'in_place') AND assessed_date <= period_end
    GROUP BY organisation_code, site_code
)

SELECT
    adoption.organisation_code,
    adoption.organisation_name,
    adoption.category AS site_code,
    adoption.category_label AS site_label,
    adoption.period_start,
    adoption.period_end,
    adoption.denominator AS agreed_count,
    adoption.numerator AS in_place_count,
    adoption.value AS adoption_pct,
    adoption.status AS adoption_status,
    modified.first_modified_date,
    outcome.metric_id AS outcome_metric_id,
    outcome.item_code AS outcome_item_code,
    outcome.item_label AS outcome_item_label,
    outcome.organisation_code AS outcome_organisation_code,
    outcome.period_start AS outcome_period_start,
    outcome.period_end AS outcome_period_end,
    outcome.period_label AS outcome_period_label,
    CASE
        WHEN modified.first_modified_date IS NULL THEN 'not_modified'
        WHEN outcome.period_end < modified.first_modified_date THEN 'before'
        WHEN outcome.period_start >= modified.first_modified_date THEN 'after'
        ELSE 'across'
    END AS outcome_timing,
    outcome.breakdown AS outcome_breakdown,
    outcome.metric_title AS title,
    outcome.unit,
    outcome.direction,
    outcome.value AS outcome_value,
    outcome.interval_low AS outcome_interval_low,
    outcome.interval_high AS outcome_interval_high,
    outcome.people_count AS outcome_people_count,
    outcome.status AS outcome_status
FROM dated AS adoption
INNER JOIN marts.dashboard_figure AS outcome
    ON
        (
            outcome.breakdown = 'site'
            AND adoption.category = outcome.category
            AND adoption.organisation_code = outcome.organisation_code
        )
        OR (outcome.breakdown = 'all' AND adoption.category = outcome.organisation_code)
INNER JOIN reference.metric_topic AS held ON outcome.metric_id = held.metric_id
LEFT JOIN modified ON adoption.organisation_code = modified.organisation_code AND adoption.category = modified.site_code
WHERE adoption.recency = 1 AND held.topic = 'adoption_and_outcome'
