-- Every figure, with its value, interval and response rate, before disclosure control and rounding. A base of 0 gives
-- none.
-- 95 % intervals of samples (z = 1.96; v = n - 1), each tested by simulation:
--   share of people   Wilson 1927
--   mean              value -+ t sqrt(variance / n); t by Abramowitz and Stegun 26.7.5, within 0.0003 from v = 5 on
--   median            order statistics: see core.figure_quantile
--   effect size d     mean change / SD at baseline (n - 1); d -+ z sqrt(change variance / (v baseline variance)
--                     + d d / (2 v)): Bonett 2008 doi 10.1037/1082-989X.13.2.99, which counts that the SD is estimated
-- The response rate is the wave's own, but for staff groups and wide staff groups theirs.
WITH break AS (
    SELECT
        figure.metric_id, figure.organisation_code, figure.period_start, figure.period_end,
        max(break.break_date) AS break_date
    FROM core.figure_base AS figure
    INNER JOIN reference.series_break AS break
        ON
            figure.metric_id = break.metric_id
            AND figure.period_end >= break.break_date
            AND break.organisation_code IN ('', figure.organisation_code)
    GROUP BY ALL
),

measured AS (
    SELECT
        base.*,
        metric.statistic,
        metric.counts,
        CASE WHEN metric.period_kind = 'month' AND base.period_end > last_day(base.period_start) THEN 'year' ELSE metric.period_kind END
            AS period_kind,
        metric.is_sample,
        CASE WHEN metric.is_from_survey THEN rate.response_rate_pct END AS response_rate_pct,
        quantile.q1,
        quantile.q3,
        quantile.median_low,
        quantile.median_high,
        break.break_date,
        CASE
            WHEN base.denominator IS NULL THEN NULL
            WHEN metric.statistic = 'median' THEN quantile.q2
            WHEN metric.statistic = 'count' OR metric.counts = 'published' THEN base.numerator
            WHEN metric.statistic = 'effect_size'
                THEN base.numerator / base.denominator / nullif(sqrt(base.baseline_variance), 0e0)
            WHEN metric.statistic IN ('proportion', 'ratio') AND metric.unit = '%'
                THEN 100e0 * base.numerator / base.denominator
            WHEN metric.unit = 'per 1,000' THEN 1000e0 * base.numerator / base.denominator
            ELSE base.numerator / base.denominator
        END AS exact_value,
        CASE
            WHEN metric.counts = 'published' THEN 'none: as published'
            WHEN NOT metric.is_sample THEN 'none: a full count, not a sample'
            WHEN metric.counts <> 'people' THEN 'none: not of people'
            WHEN metric.statistic = 'proportion' THEN 'Wilson, 95 %'
            WHEN metric.statistic = 'mean' THEN 'Student t, 95 %'
            WHEN metric.statistic = 'median' THEN 'order statistics, at least 95 %'
            WHEN metric.statistic = 'effect_size' THEN 'Bonett 2008, SD at baseline, 95 %'
            ELSE 'none: neither a share, a mean nor a median'
        END AS interval_method
    FROM core.figure_base AS base
    INNER JOIN reference.metric AS metric USING (metric_id)
    LEFT JOIN core.figure_quantile AS quantile
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    LEFT JOIN break USING (metric_id, organisation_code, period_start, period_end)
    LEFT JOIN core.figure_response_rate AS rate
        ON
            base.organisation_code = rate.organisation_code
            AND base.period_start = rate.period_start
            AND base.period_end = rate.period_end
            AND CASE WHEN base.breakdown IN ('staff_group', 'staff_group_wide') THEN base.category ELSE 'all' END = rate.category
    WHERE base.denominator IS NULL OR base.denominator <> 0
),

sized AS (
    SELECT
        *,
        CASE WHEN interval_method LIKE 'Wilson%' AND numerator BETWEEN 0 AND denominator THEN numerator / denominator END AS p,
        CASE WHEN row_count > 1 THEN row_count - 1e0 END AS v,
        1.959963984540054e0 AS z
    FROM measured
),

spread AS (
    SELECT
        *,
        CASE
            WHEN p IS NOT NULL THEN 100e0 * (p + z * z / (2 * denominator)) / (1 + z * z / denominator)
            WHEN statistic IN ('mean', 'effect_size') THEN exact_value
        END AS centre,
        CASE
            WHEN p IS NOT NULL
                THEN
                    100e0 * z * sqrt(p * (1 - p) / denominator + z * z / (4 * denominator * denominator))
                    / (1 + z * z / denominator)
            WHEN statistic = 'effect_size'
                THEN z * sqrt(variance / (v * nullif(baseline_variance, 0e0)) + exact_value * exact_value / (2 * v))
            WHEN statistic = 'mean'
                THEN
                    sqrt(variance / row_count) * (
                        z
                        + (power(z, 3) + z) / (4 * v)
                        + (5 * power(z, 5) + 16 * power(z, 3) + 3 * z) / (96 * v * v)
                        + (3 * power(z, 7) + 19 * power(z, 5) + 17 * power(z, 3) - 15 * z) / (384 * power(v, 3))
                        + (79 * power(z, 9) + 776 * power(z, 7) + 1482 * power(z, 5) - 1920 * power(z, 3) - 945 * z)
                        / (92160 * power(v, 4))
                    )
        END AS half_width
    FROM sized
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    period_kind,
    breakdown,
    category,
    CASE WHEN statistic <> 'median' AND counts <> 'published' THEN numerator END AS numerator,
    denominator,
    people_count,
    row_count,
    exact_value AS value,
    q1,
    q3,
    CASE
        WHEN interval_method LIKE 'none%' THEN NULL
        WHEN statistic = 'median' THEN median_low
        WHEN statistic = 'proportion' THEN greatest(0e0, centre - half_width)
        ELSE centre - half_width
    END AS interval_low,
    CASE
        WHEN interval_method LIKE 'none%' THEN NULL
        WHEN statistic = 'median' THEN median_high
        WHEN statistic = 'proportion' THEN least(100e0, centre + half_width)
        ELSE centre + half_width
    END AS interval_high,
    interval_method,
    response_rate_pct,
    metric_id || '|' || item_code || '|' || organisation_code || '|' || breakdown || '|' || category || '|' || period_kind
    || CASE
        WHEN break_date IS NULL THEN ''
        WHEN break_date > period_start THEN '|across ' || CAST(break_date AS STRING)
        ELSE '|from ' || CAST(break_date AS STRING)
    END AS series_id,
    numerator_people_count,
    is_source_missing
FROM spread
