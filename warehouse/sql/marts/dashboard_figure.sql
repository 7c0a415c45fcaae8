-- One wide row a figure, for readers who join nothing. Labels are looked up once for each item, category and period.
-- A label has one place (`..._order`) whatever list it is on: tools that sort a label by another column need that.
WITH listed AS (
    SELECT codelist, code, label, max(sort_order) OVER (PARTITION BY lower(label)) AS sort_order
    FROM (
        SELECT codelist, code, label, sort_order
        FROM reference.codelist
        UNION ALL
        SELECT 'instrument_item', question_key, label, sort_order
        FROM reference.instrument_item
    ) AS every_list
),

item AS (
    SELECT
        named.metric_id,
        named.item_code,
        named.metric_id || '|' || named.item_code AS item_key,
        CASE
            WHEN named.item_code = 'none' THEN ''
            WHEN metric.aspect = 'configuration'
                THEN
                    'Context: ' || coalesce(one.label, '') || '; mechanism: ' || coalesce(two.label, '') || '; outcome: '
                    || coalesce(three.label, '')
            ELSE coalesce(one.label, other.label, named.item_code) || coalesce('; ' || two.label, '')
        END AS item_label,
        CASE
            WHEN named.item_code = 'none' THEN 0
            ELSE
                1000000 * coalesce(one.sort_order, other.sort_order, 0) + 1000 * coalesce(two.sort_order, 0)
                + coalesce(three.sort_order, 0)
        END AS item_order
    FROM (SELECT DISTINCT metric_id, item_code FROM marts.metric_value) AS named
    INNER JOIN reference.metric AS metric USING (metric_id)
    LEFT JOIN listed AS one
        ON split_part(metric.item_codelists, ' ', 1) = one.codelist AND split_part(named.item_code, ' ', 1) = one.code
    LEFT JOIN listed AS two
        ON split_part(metric.item_codelists, ' ', 2) = two.codelist AND split_part(named.item_code, ' ', 2) = two.code
    LEFT JOIN listed AS three
        ON split_part(metric.item_codelists, ' ', 3) = three.codelist AND split_part(named.item_code, ' ', 3) = three.code
    LEFT JOIN listed AS other ON other.codelist = 'figure_item' AND named.item_code = other.code
),

part AS (
    SELECT breakdown, category, label, max(sort_order) OVER (PARTITION BY lower(label)) AS sort_order
    FROM reference.breakdown_category
    WHERE breakdown NOT LIKE '% x %'
    UNION ALL
    SELECT 'all', 'all', 'All', 0
    UNION ALL
    SELECT 'site', organisation_code, organisation_name, 0
    FROM marts.dim_organisation
),

category AS (
    SELECT
        named.breakdown,
        named.category,
        named.breakdown || '|' || named.category AS category_key,
        coalesce(by_one.label, split_part(named.breakdown, ' x ', 1))
        || coalesce(' and ' || lower(by_two.label), '') AS breakdown_label,
        1000 * coalesce(by_one.sort_order, 0) + coalesce(by_two.sort_order, 0) AS breakdown_order,
        CASE
            WHEN named.breakdown NOT LIKE '% x %' THEN coalesce(one.label, named.category)
            ELSE
                coalesce(one.label, split_part(named.category, ' x ', 1)) || ', '
                || coalesce(two.label, split_part(named.category, ' x ', 2))
        END AS category_label,
        1000 * coalesce(one.sort_order, 0) + coalesce(two.sort_order, 0) AS category_order
    FROM (SELECT DISTINCT breakdown, category FROM marts.metric_value) AS named
    LEFT JOIN part AS one
        ON split_part(named.breakdown, ' x ', 1) = one.breakdown AND split_part(named.category, ' x ', 1) = one.category
    LEFT JOIN part AS two
        ON split_part(named.breakdown, ' x ', 2) = two.breakdown AND split_part(named.category, ' x ', 2) = two.category
    LEFT JOIN reference.codelist AS by_one
        ON by_one.codelist = 'breakdown' AND split_part(named.breakdown, ' x ', 1) = by_one.code
    LEFT JOIN reference.codelist AS by_two
        ON by_two.codelist = 'breakdown' AND split_part(named.breakdown, ' x ', 2) = by_two.code
),

dated AS (
    SELECT
        named.*,
        CAST(year(named.period_end) AS STRING) AS end_year,
        last_month.label || ' ' || CAST(year(named.period_end) AS STRING) AS end_month,
        CASE
            WHEN year(named.period_start) < year(named.period_end)
                THEN first_month.label || ' ' || CAST(year(named.period_start) AS STRING) || ' to '
            WHEN month(named.period_start) < month(named.period_end) THEN first_month.label || ' to '
            ELSE ''
        END AS from_month
    FROM (SELECT DISTINCT period_kind, period_start, period_end FROM marts.metric_value) AS named
    INNER JOIN reference.codelist AS first_month
        ON first_month.codelist = 'month' AND CAST(month(named.period_start) AS STRING) = first_month.code
    INNER JOIN reference.codelist AS last_month
        ON last_month.codelist = 'month' AND CAST(month(named.period_end) AS STRING) = last_month.code
),

period AS (
    SELECT
        period_kind,
        period_start,
        period_end,
        period_kind || '|' || CAST(period_start AS STRING) || '|' || CAST(period_end AS STRING) AS period_key,
        CASE period_kind
            WHEN 'as_at' THEN 'at ' || CAST(day(period_end) AS STRING) || ' ' || end_month
            WHEN '12_months' THEN 'the year to ' || end_month
            WHEN 'wave' THEN 'the survey of ' || from_month || end_month
            ELSE from_month || end_month
        END AS period_label,
        10000 * year(period_end) + 100 * month(period_end) + day(period_end) AS period_order,
        CAST(period_end AS STRING) || ' ' || CAST(period_start AS STRING) AS recency
    FROM dated
),

latest AS (
    SELECT one.metric_id, one.organisation_code, max(period.recency) AS recency
    FROM (
        SELECT DISTINCT metric_id, organisation_code, period_kind, period_start, period_end FROM marts.metric_value
    ) AS one
    INNER JOIN period USING (period_kind, period_start, period_end)
    GROUP BY one.metric_id, one.organisation_code
)

SELECT
    figure.*,
    metric.metric_title,
    metric.metric_order,
    metric.topic,
    metric.topic_label,
    metric.unit,
    metric.decimals,
    metric.direction,
    metric.direction_label,
    item.item_key,
    item.item_label,
    item.item_order,
    coalesce(organisation.organisation_name, figure.organisation_code) AS organisation_name,
    organisation.organisation_type,
    coalesce(organisation.organisation_type_label, 'Not declared') AS organisation_type_label,
    coalesce(organisation.is_fictional, FALSE) AS is_fictional,
    period.period_key,
    period.period_label,
    period.period_order,
    period.recency = latest.recency AS is_latest,
    category.breakdown_label,
    category.breakdown_order,
    category.category_key,
    category.category_label,
    category.category_order,
    CASE figure.status WHEN 'suppressed' THEN '[c]' WHEN 'not_available' THEN '[x]' ELSE '' END AS status_shorthand,
    CASE
        WHEN figure.status = 'suppressed' AND metric.threshold = 0
            THEN 'withheld because a figure about few people could be worked out from it'
        WHEN figure.status = 'suppressed'
            THEN
                'withheld because nobody or fewer than ' || CAST(metric.threshold AS STRING) || ' people are in it or in a part of'
                || ' it, all answered alike, or such a figure could be worked out from it'
        WHEN figure.reason_code = 'source_missing'
            THEN 'not available because a source that came before has not come for the period'
        WHEN figure.reason_code = 'population_missing' THEN 'not available because its population has not come'
        WHEN figure.status = 'not_available'
            THEN 'not available because nothing can be worked out from those who count'
        WHEN figure.status = 'not_restated' THEN 'as released before because too few people have changed since'
        WHEN metric.statistic = 'proportion' AND figure.value = 0 AND figure.denominator > 0
            THEN 'none of ' || CAST(figure.denominator AS STRING)
        ELSE ''
    END AS status_sentence
FROM marts.metric_value AS figure
INNER JOIN marts.dim_metric AS metric USING (metric_id)
INNER JOIN item USING (metric_id, item_code)
INNER JOIN category USING (breakdown, category)
INNER JOIN period
    ON
        figure.period_kind = period.period_kind
        AND figure.period_start = period.period_start
        AND figure.period_end = period.period_end
INNER JOIN latest USING (metric_id, organisation_code)
LEFT JOIN marts.dim_organisation AS organisation USING (organisation_code)
