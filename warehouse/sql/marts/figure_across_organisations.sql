-- Figures over several organisations, made from what is in print alone: nothing here can tell more than the figures do.
--   pooled                  all numerators over all denominators, where every printed figure has both
--   mean_of_organisations   every organisation weighs the same
--   range_of_organisations  of medians, which are not averaged: the lowest and the highest
-- Put together are figures of the same period, to the day. Sites are left out: their codes are each sender's own.
-- Wilson's interval of a pooled share is of these organisations only; among organisations that differ it is rather too
-- wide than too narrow.
WITH member AS (
    SELECT DISTINCT organisation_code, 'all' AS grouped_by, 'all' AS group_code
    FROM marts.metric_value
    UNION ALL
    SELECT organisation_code, 'system', system_code
    FROM reference.organisation
    WHERE system_code IS NOT NULL
    UNION ALL
    SELECT organisation_code, 'organisation_type', organisation_type_code
    FROM reference.organisation
    WHERE organisation_type_code IS NOT NULL
),

figure AS (
    SELECT
        member.grouped_by,
        member.group_code,
        released.*,
        bool_or(released.value IS NOT NULL) OVER (
            PARTITION BY
                member.grouped_by, member.group_code, released.metric_id, released.item_code, released.organisation_code,
                released.breakdown, released.category
        ) AS is_ever_printed
    FROM marts.metric_value AS released
    INNER JOIN member USING (organisation_code)
    WHERE released.breakdown <> 'site'
),

printed AS (
    SELECT
        grouped_by, group_code, metric_id, item_code, breakdown, category,
        count(DISTINCT organisation_code) AS organisation_count
    FROM figure
    WHERE is_ever_printed
    GROUP BY ALL
),

-- Of a breakdown that two organisations print, all categories are there, so that they can be laid side by side.
compared AS (
    SELECT grouped_by, group_code, metric_id, item_code, period_start, period_end, breakdown
    FROM figure
    WHERE value IS NOT NULL
    GROUP BY ALL
    HAVING count(DISTINCT organisation_code) > 1
),

counted AS (
    SELECT
        grouped_by,
        group_code,
        metric_id,
        item_code,
        period_start,
        period_end,
        max(period_kind) AS period_kind,
        breakdown,
        category,
        count(value) AS organisation_count,
        count(CASE WHEN status = 'suppressed' THEN 1 END) AS withheld_count,
        count(CASE WHEN status = 'not_available' THEN 1 END) AS not_available_count,
        count(CASE WHEN is_ever_printed THEN 1 END) AS ever_printed_count,
        count(CASE WHEN value IS NOT NULL THEN numerator END) AS numerator_count,
        count(CASE WHEN value IS NOT NULL THEN denominator END) AS denominator_count,
        count(CASE WHEN value IS NOT NULL AND interval_method LIKE 'Wilson%' THEN 1 END) AS wilson_count,
        CAST(sum(CASE WHEN value IS NOT NULL THEN numerator END) AS DOUBLE) AS numerator,
        CAST(sum(CASE WHEN value IS NOT NULL THEN denominator END) AS DOUBLE) AS denominator,
        avg(value) AS mean_value,
        min(value) AS lowest_value,
        max(value) AS highest_value
    FROM figure
    INNER JOIN compared USING (grouped_by, group_code, metric_id, item_code, period_start, period_end, breakdown)
    GROUP BY ALL
    HAVING count(value) > 0
),

made AS (
    SELECT
        counted.*,
        metric.title,
        metric.unit,
        metric.direction,
        power(10e0, metric.decimals) AS scale,
        1.000000000001e0 * power(10e0, metric.decimals) AS rounded_from,
        printed.organisation_count - counted.ever_printed_count AS other_period_count,
        metric.statistic,
        metric.statistic IN ('proportion', 'ratio', 'count')
        AND counted.numerator_count = counted.organisation_count
        AND counted.denominator_count = counted.organisation_count AS is_counted,
        CASE
            WHEN metric.statistic = 'count' THEN counted.numerator
            WHEN metric.unit = '%' THEN 100e0 * counted.numerator / nullif(counted.denominator, 0e0)
            WHEN metric.unit = 'per 1,000' THEN 1000e0 * counted.numerator / nullif(counted.denominator, 0e0)
            ELSE counted.numerator / nullif(counted.denominator, 0e0)
        END AS pooled_value,
        CASE
            WHEN counted.wilson_count = counted.organisation_count AND counted.numerator <= counted.denominator
                THEN counted.numerator / nullif(counted.denominator, 0e0)
        END AS p,
        1.959963984540054e0 AS z
    FROM counted
    INNER JOIN reference.metric AS metric USING (metric_id)
    INNER JOIN printed USING (grouped_by, group_code, metric_id, item_code, breakdown, category)
),

spread AS (
    SELECT
        *,
        CASE
            WHEN organisation_count = 1 THEN 'one_organisation'
            WHEN statistic = 'median' THEN 'range_of_organisations'
            WHEN is_counted THEN 'pooled'
            ELSE 'mean_of_organisations'
        END AS method,
        is_counted AND organisation_count > 1 AS is_pooled,
        100e0 * (p + z * z / (2 * denominator)) / (1 + z * z / denominator) AS centre,
        100e0 * z * sqrt(p * (1 - p) / denominator + z * z / (4 * denominator * denominator))
        / (1 + z * z / denominator) AS half_width
    FROM made
)

SELECT
    spread.grouped_by,
    spread.group_code,
    CASE
        WHEN spread.grouped_by = 'all' THEN 'All organisations'
        ELSE coalesce(known.organisation_name, code.label, spread.group_code)
    END AS group_label,
    spread.metric_id,
    spread.item_code,
    spread.period_start,
    spread.period_end,
    spread.period_kind,
    spread.breakdown,
    spread.category,
    item.item_label,
    period.period_label,
    category.breakdown_label,
    category.category_label,
    spread.title,
    spread.unit,
    spread.direction,
    spread.method,
    CASE WHEN spread.is_counted THEN CAST(round(spread.numerator) AS BIGINT) END AS numerator,
    CASE WHEN spread.is_counted THEN CAST(round(spread.denominator) AS BIGINT) END AS denominator,
    CASE
        WHEN spread.method <> 'range_of_organisations'
            THEN
                round(CASE WHEN spread.is_pooled THEN spread.pooled_value ELSE spread.mean_value END * spread.rounded_from)
                / spread.scale + 0e0
    END AS value,
    CASE
        WHEN spread.is_pooled AND spread.p IS NOT NULL
            THEN round(greatest(0e0, spread.centre - spread.half_width) * spread.rounded_from) / spread.scale + 0e0
    END AS interval_low,
    CASE
        WHEN spread.is_pooled AND spread.p IS NOT NULL
            THEN round(least(100e0, spread.centre + spread.half_width) * spread.rounded_from) / spread.scale + 0e0
    END AS interval_high,
    CASE
        WHEN spread.is_pooled AND spread.p IS NOT NULL THEN 'Wilson, 95 %, of these organisations only'
        WHEN spread.is_pooled THEN 'none: a full count, or not of people'
        ELSE 'none: not pooled'
    END AS interval_method,
    spread.lowest_value,
    spread.highest_value,
    spread.organisation_count,
    spread.withheld_count,
    spread.not_available_count,
    spread.other_period_count,
    spread.withheld_count + spread.not_available_count + spread.other_period_count = 0 AS is_complete,
    CASE spread.method
        WHEN 'pooled' THEN 'Large organisations weigh more. A person whom two organisations count is in it twice.'
        WHEN 'mean_of_organisations' THEN 'Each organisation weighs the same, however few it counts.'
        WHEN 'range_of_organisations' THEN 'Medians are not averaged: only the lowest and the highest are given.'
        ELSE 'One organisation alone prints this: it does not stand for others of its kind.'
    END
    || CASE
        WHEN spread.withheld_count + spread.not_available_count + spread.other_period_count = 0 THEN ''
        ELSE ' Organisations are missing from it: with them it may be another figure.'
    END AS warning
FROM spread
INNER JOIN marts.dim_item AS item USING (metric_id, item_code)
INNER JOIN marts.dim_category AS category USING (breakdown, category)
INNER JOIN marts.dim_period AS period USING (period_kind, period_start, period_end)
LEFT JOIN reference.organisation AS known
    ON spread.grouped_by = 'system' AND spread.group_code = known.organisation_code
LEFT JOIN reference.codelist AS code
    ON
        spread.grouped_by = 'organisation_type'
        AND code.codelist = 'organisation_type'
        AND spread.group_code = code.code
