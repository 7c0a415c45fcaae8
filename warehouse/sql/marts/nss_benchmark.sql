-- Each organisation's published figure beside the median of its benchmarking group in the same year.
SELECT
    figure.metric_id,
    figure.item_code,
    figure.organisation_code,
    figure.organisation_name,
    figure.period_start,
    figure.period_end,
    figure.period_label,
    figure.is_latest,
    figure.metric_title AS title,
    figure.unit,
    figure.direction,
    figure.value,
    figure.denominator AS base_count,
    weight.category AS weighting,
    grouped.category AS benchmarking_group,
    median.group_median,
    median.group_size,
    figure.status
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
LEFT JOIN (SELECT * FROM marts.metric_value WHERE breakdown = 'weighting') AS weight
    USING (metric_id, item_code, organisation_code, period_start, period_end)
LEFT JOIN (SELECT * FROM marts.metric_value WHERE breakdown = 'benchmarking_group') AS grouped
    USING (metric_id, item_code, organisation_code, period_start, period_end)
LEFT JOIN (
    SELECT
        metric_id, item_code, period_start, period_end, category,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS group_median,
        count(value) AS group_size
    FROM marts.metric_value
    WHERE breakdown = 'benchmarking_group'
    GROUP BY ALL
) AS median
    ON
        grouped.metric_id = median.metric_id
        AND grouped.item_code = median.item_code
        AND grouped.period_start = median.period_start
        AND grouped.period_end = median.period_end
        AND grouped.category = median.category
WHERE metric.counts = 'published' AND figure.breakdown = 'all'
