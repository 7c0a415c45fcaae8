-- Sites of each type together, over all that send their adoption, made from figures in print alone.
WITH counted AS (
    SELECT
        figure.metric_id,
        figure.item_code,
        figure.period_start,
        figure.period_end,
        figure.category AS site_type_code,
        figure.category_label AS site_type_label,
        figure.metric_title,
        figure.unit,
        figure.direction,
        figure.aspect,
        figure.item_label,
        sum(figure.numerator) AS numerator,
        sum(figure.denominator) AS denominator,
        max(figure.value) AS highest_value,
        min(figure.value) AS lowest_value,
        sum(figure.people_count) AS site_count,
        count(DISTINCT figure.organisation_code) AS organisation_count
    FROM marts.recommendation_adoption AS figure
    WHERE figure.breakdown = 'site_type' AND figure.value IS NOT NULL
    GROUP BY ALL
)

SELECT
    counted.metric_id,
    counted.item_code,
    counted.period_start,
    counted.period_end,
    counted.site_type_code,
    counted.site_type_label,
    counted.metric_title,
    counted.unit,
    counted.direction,
    counted.aspect,
    counted.item_label,
    CASE
        WHEN metric.statistic <> 'median' THEN 'pooled'
        WHEN counted.organisation_count = 1 THEN 'one_organisation'
        ELSE 'range_of_organisations'
    END AS method,
    CAST(CASE WHEN metric.statistic <> 'median' THEN counted.numerator END AS BIGINT) AS numerator,
    CAST(CASE WHEN metric.statistic <> 'median' THEN counted.denominator END AS BIGINT) AS denominator,
    CASE
        WHEN metric.statistic = 'count' THEN CAST(counted.numerator AS DOUBLE)
        WHEN metric.statistic = 'proportion'
            THEN
                round(
                    100e0 * counted.numerator / nullif(counted.denominator, 0)
                    * 1.000000000001e0 * power(10e0, metric.decimals)
                ) / power(10e0, metric.decimals)
        WHEN counted.organisation_count = 1 THEN counted.highest_value
    END AS value,
    counted.lowest_value,
    counted.highest_value,
    CAST(counted.site_count AS BIGINT) AS site_count,
    counted.organisation_count,
    metric.warning
    || ' Few sites take part, and they chose to: a difference between types of site is no effect of the type.' AS warning
FROM counted
INNER JOIN reference.metric AS metric USING (metric_id)
