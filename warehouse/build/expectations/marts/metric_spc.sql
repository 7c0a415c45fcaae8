-- Each chart beside its released series: an independent look at what was left without limits.
WITH withheld AS (
    SELECT DISTINCT series_id
    FROM marts.metric_value
    WHERE status NOT IN ('shown', 'not_restated', 'not_available')
)

SELECT
    chart.metric_id,
    chart.item_code,
    chart.organisation_code,
    chart.period_start,
    chart.period_end,
    chart.breakdown,
    chart.category,
    withheld.series_id IS NOT NULL
    AND coalesce(chart.mean, chart.lower_limit, chart.upper_limit, chart.side) IS NOT NULL AS is_told_beside_withheld,
    chart.lower_limit > chart.mean OR chart.upper_limit < chart.mean AS is_crossed
FROM marts.metric_spc AS chart
LEFT JOIN withheld ON chart.series_id = withheld.series_id
