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
INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
LEFT JOIN marts.metric_value AS weight
    ON
        figure.metric_id = weight.metric_id
        AND figure.item_code = weight.item_code
        AND figure.organisation_code = weight.organisation_code
        AND figure.period_start = weight.period_start
        AND figure.period_end = weight.period_end
        AND weight.breakdown = 'weighting'
LEFT JOIN marts.metric_value AS grouped
    ON
        figure.metric_id = grouped.metric_id
        AND figure.item_code = grouped.item_code
        AND figure.organisation_code = grouped.organisation_code
        AND figure.period_start = grouped.period_start
        AND figure.period_end = grouped.period_end
        AND grouped.breakdown = 'benchmarking_group'
LEFT JOIN (
    SELECT
        metric_id, item_code, period_start, period_end, category,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS group_median,
        count(value) AS group_size
    FROM marts.metric_value
    WHERE breakdown = 'benchmarking_group'
    GROUP BY metric_id, item_code, period_start, period_end, category
) AS median
    ON
        grouped.metric_id = median.metric_id
        AND grouped.item_code = median.item_code
        AND grouped.period_start = median.period_start
        AND grouped.period_end = median.period_end
        AND grouped.category = median.category
WHERE metric.counts = 'published' AND figure.breakdown = 'all'
