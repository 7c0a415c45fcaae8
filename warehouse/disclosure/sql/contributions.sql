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
    counted_with, organisation_code, release_id, period_start, period_end, metric_id, item_code, breakdown, category,
    people_count, part.numerator, part.denominator, baseline_value, square, unit_count
FROM part
INNER JOIN reference.metric AS metric USING (metric_id)
SEMI JOIN temp.open_series AS open USING (counted_with, organisation_code)
ORDER BY counted_with, organisation_code
