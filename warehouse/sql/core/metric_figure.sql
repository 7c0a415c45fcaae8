-- Every figure, with its value, interval and response rate, before disclosure control. A base of 0 gives none.
-- Interval: Wilson 1927, 95 %, for people counted out of a sample of people; see interval_method for the others.
WITH measured AS (
    SELECT
        base.*,
        metric.statistic,
        metric.counts,
        metric.decimals,
        metric.is_sample,
        CASE WHEN metric.is_from_survey THEN rate.response_rate_pct END AS response_rate_pct,
        quantile.q1,
        quantile.q3,
        CASE
            WHEN base.denominator IS NULL THEN NULL
            WHEN metric.statistic = 'median' THEN quantile.q2
            WHEN metric.statistic = 'count' OR metric.counts = 'published' THEN base.numerator
            WHEN metric.statistic IN ('proportion', 'ratio') AND metric.unit = '%'
                THEN 100e0 * base.numerator / base.denominator
            ELSE base.numerator / base.denominator
        END AS exact_value,
        CASE
            WHEN metric.is_sample AND metric.statistic = 'proportion' AND metric.counts = 'people'
                AND base.numerator BETWEEN 0 AND base.denominator
                THEN base.numerator / base.denominator
        END AS p
    FROM core.figure_base AS base
    INNER JOIN reference.metric AS metric ON base.metric_id = metric.metric_id
    LEFT JOIN core.figure_quantile AS quantile
        ON
            base.metric_id = quantile.metric_id
            AND base.item_code = quantile.item_code
            AND base.organisation_code = quantile.organisation_code
            AND base.period_start = quantile.period_start
            AND base.period_end = quantile.period_end
            AND base.breakdown = quantile.breakdown
            AND base.category = quantile.category
    LEFT JOIN core.figure_response_rate AS rate
        ON
            base.organisation_code = rate.organisation_code
            AND base.period_start = rate.period_start
            AND base.period_end = rate.period_end
            AND base.breakdown = rate.breakdown
            AND base.category = rate.category
    WHERE base.denominator IS NULL OR base.denominator <> 0
),

wilson AS (
    SELECT
        *,
        (p + z * z / (2 * denominator)) / (1 + z * z / denominator) AS centre,
        z * sqrt(p * (1 - p) / denominator + z * z / (4 * denominator * denominator))
        / (1 + z * z / denominator) AS half_width
    FROM measured
    CROSS JOIN (VALUES (1.959963984540054e0)) AS normal (z)
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    CASE WHEN period_end <= last_day(period_start) THEN 'month' ELSE 'year' END AS period_type,
    breakdown,
    category,
    CASE WHEN statistic <> 'median' AND counts <> 'published' THEN numerator END AS numerator,
    denominator,
    people_count,
    row_count,
    CASE
        WHEN decimals IS NULL THEN exact_value
        ELSE round(exact_value * power(10, decimals)) / power(10, decimals)
    END AS value,
    q1,
    q3,
    CASE WHEN p IS NOT NULL THEN 100e0 * greatest(0e0, centre - half_width) END AS interval_low,
    CASE WHEN p IS NOT NULL THEN 100e0 * least(1e0, centre + half_width) END AS interval_high,
    CASE
        WHEN counts = 'published' THEN 'none: as published'
        WHEN NOT is_sample THEN 'none: a full count, not a sample'
        WHEN statistic = 'proportion' AND counts = 'people' THEN 'Wilson, 95 %'
        ELSE 'none: not a share of people'
    END AS interval_method,
    response_rate_pct,
    metric_id || '|' || item_code || '|' || organisation_code || '|' || breakdown || '|' || category
    || CASE WHEN period_end <= last_day(period_start) THEN '|month' ELSE '|year' END AS series_id,
    numerator_people_count
FROM wilson
