-- What people add to the figures: now (release_id ''), and as each release stated it.
WITH part AS (
    SELECT
        metric_id, organisation_code, '' AS release_id, period_start, period_end, item_code, breakdown, category,
        people_count, numerator, denominator, baseline_value, square, unit_count
    FROM core.figure_contribution
    UNION ALL
    SELECT
        metric_id, organisation_code, release_id, period_start, period_end, item_code, breakdown, category,
        people_count, numerator, denominator, baseline_value, square, unit_count
    FROM audit.stated_contribution
)

SELECT
    metric.counted_with, part.organisation_code, part.release_id, part.period_start, part.period_end, part.metric_id,
    part.item_code, part.breakdown, part.category, part.people_count, part.numerator, part.denominator,
    part.baseline_value, part.square, part.unit_count
FROM part
INNER JOIN reference.metric AS metric ON part.metric_id = metric.metric_id
SEMI JOIN temp.open_series AS open
    ON metric.counted_with = open.counted_with AND part.organisation_code = open.organisation_code
ORDER BY metric.counted_with, part.organisation_code
