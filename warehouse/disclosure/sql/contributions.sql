-- What people add to the figures of one metric and organisation: now (release_id ''), and as each release stated it.
SELECT
    '' AS release_id, period_start, period_end, item_code, breakdown, category, people_count,
    numerator, denominator, baseline_value, square, unit_count
FROM core.figure_contribution
WHERE metric_id = $metric_id AND organisation_code = $organisation_code
UNION ALL
SELECT
    release_id, period_start, period_end, item_code, breakdown, category, people_count,
    numerator, denominator, baseline_value, square, unit_count
FROM audit.stated_contribution
WHERE metric_id = $metric_id AND organisation_code = $organisation_code
