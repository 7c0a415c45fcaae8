-- A site's adoption beside each outcome whose period holds the last day of the adoption's: the site's own as the same
-- sender gives it by site, or the organisation's whose code the site bears.
SELECT
    adoption.organisation_code,
    adoption.category AS site_code,
    adoption.period_start,
    adoption.period_end,
    adoption.denominator AS agreed_count,
    adoption.numerator AS in_place_count,
    adoption.value AS adoption_pct,
    adoption.status AS adoption_status,
    outcome.metric_id AS outcome_metric_id,
    outcome.item_code AS outcome_item_code,
    outcome.organisation_code AS outcome_organisation_code,
    outcome.period_start AS outcome_period_start,
    outcome.period_end AS outcome_period_end,
    outcome.breakdown AS outcome_breakdown,
    metric.title,
    metric.unit,
    metric.direction,
    outcome.value AS outcome_value,
    outcome.interval_low AS outcome_interval_low,
    outcome.interval_high AS outcome_interval_high,
    outcome.people_count AS outcome_people_count,
    outcome.status AS outcome_status
FROM marts.metric_value AS adoption
INNER JOIN marts.metric_value AS outcome
    ON
        adoption.period_end BETWEEN outcome.period_start AND outcome.period_end
        AND (
            (
                outcome.breakdown = 'site'
                AND adoption.category = outcome.category
                AND adoption.organisation_code = outcome.organisation_code
            )
            OR (outcome.breakdown = 'all' AND adoption.category = outcome.organisation_code)
        )
INNER JOIN reference.metric AS metric ON outcome.metric_id = metric.metric_id
INNER JOIN reference.metric_topic AS topic ON outcome.metric_id = topic.metric_id
WHERE
    adoption.metric_id = 'adoption_recommendations_in_place'
    AND adoption.breakdown = 'site'
    AND topic.topic = 'adoption_and_outcome'
