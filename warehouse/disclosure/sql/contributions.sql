-- What people add to the figures: now (release_id ''), and as each release stated it.
SELECT
    metric_id, organisation_code, '' AS release_id, period_start, period_end, item_code, breakdown, category,
    people_count, numerator, denominator, baseline_value, square, unit_count
FROM core.figure_contribution
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
UNION ALL
SELECT
    metric_id, organisation_code, release_id, period_start, period_end, item_code, breakdown, category,
    people_count, numerator, denominator, baseline_value, square, unit_count
FROM audit.stated_contribution
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
ORDER BY metric_id, organisation_code
