-- Figures that are new beside the release that shows (attached as `shown`), gone from it, or other than they were.
-- Numbers are compared in the metric's decimals. A value of before is given only where the figure is in print now: what
-- is withheld now is not said again. Of a site that is gone there is no row: its code alone would tell of a small place.
WITH compared AS (
    SELECT
        metric_id,
        item_code,
        organisation_code,
        period_start,
        period_end,
        breakdown,
        category,
        coalesce(here.period_kind, former.period_kind) AS period_kind,
        former.status AS status_before,
        here.status AS status_after,
        here.value AS value_after,
        CASE WHEN here.status IN ('shown', 'not_restated') THEN former.value END AS value_before,
        round(here.value * rounded_from) IS DISTINCT FROM round(former.value * rounded_from) AS is_another_value,
        coalesce(here.numerator <> former.numerator, FALSE)
        OR coalesce(here.denominator <> former.denominator, FALSE)
        OR here.people_count IS DISTINCT FROM former.people_count
        OR round(here.q1 * rounded_from) IS DISTINCT FROM round(former.q1 * rounded_from)
        OR round(here.q3 * rounded_from) IS DISTINCT FROM round(former.q3 * rounded_from) AS is_counted_otherwise
    FROM marts.metric_value AS here
    FULL OUTER JOIN shown.marts.metric_value AS former
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    LEFT JOIN (
        SELECT metric_id, 1.000000000001e0 * power(10e0, decimals) AS rounded_from FROM reference.metric
    ) AS metric USING (metric_id)
),

named AS (
    SELECT
        *,
        CASE
            WHEN status_before IS NULL THEN 'new'
            WHEN status_after IS NULL THEN 'gone'
            WHEN status_after = status_before AND is_another_value THEN 'changed'
            WHEN status_after = status_before AND is_counted_otherwise THEN 'counts changed'
            WHEN status_after = status_before THEN ''
            WHEN status_after = 'not_restated' THEN 'kept as it was'
            WHEN status_after = 'suppressed' THEN 'now withheld'
            WHEN status_after = 'not_available' THEN 'now not available'
            WHEN status_before = 'suppressed' THEN 'no longer withheld'
            WHEN status_before = 'not_available' THEN 'now available'
            ELSE 'restated'
        END AS change
    FROM compared
)

SELECT
    named.*,
    coalesce(metric.metric_title, named.metric_id) AS metric_title,
    coalesce(metric.unit, '') AS unit,
    coalesce(item.item_label, CASE WHEN named.item_code = 'none' THEN '' ELSE named.item_code END) AS item_label,
    coalesce(organisation.organisation_name, named.organisation_code) AS organisation_name,
    coalesce(
        period.period_label, CAST(named.period_start AS STRING) || ' to ' || CAST(named.period_end AS STRING)
    ) AS period_label,
    coalesce(category.category_label, named.category) AS category_label
FROM named
LEFT JOIN marts.dim_metric AS metric ON named.metric_id = metric.metric_id
LEFT JOIN marts.dim_item AS item ON named.metric_id = item.metric_id AND named.item_code = item.item_code
LEFT JOIN marts.dim_organisation AS organisation ON named.organisation_code = organisation.organisation_code
LEFT JOIN marts.dim_category AS category
    ON named.breakdown = category.breakdown AND named.category = category.category
LEFT JOIN marts.dim_period AS period
    ON
        named.period_kind = period.period_kind
        AND named.period_start = period.period_start
        AND named.period_end = period.period_end
WHERE named.change <> '' AND NOT (named.change = 'gone' AND named.breakdown LIKE '%site%')
