-- Figures that are new beside the release that shows (attached as `shown`), gone from it, changed in a number or in
-- status, or kept as they were though people changed: how many, by metric. Compared are the metric's decimals.
WITH compared AS (
    SELECT
        coalesce(here.metric_id, former.metric_id) AS metric_id,
        former.status AS status_before,
        here.status AS status_now,
        CASE
            WHEN former.metric_id IS NULL THEN 'new'
            WHEN here.metric_id IS NULL THEN 'gone'
            WHEN here.status = 'not_restated' AND here.status IS DISTINCT FROM former.status THEN 'kept as it was'
            WHEN
                here.status IS DISTINCT FROM former.status
                OR here.numerator <> former.numerator
                OR here.denominator <> former.denominator
                OR here.people_count IS DISTINCT FROM former.people_count
                OR round(here.value * rounded_from) IS DISTINCT FROM round(former.value * rounded_from)
                OR round(here.q1 * rounded_from) IS DISTINCT FROM round(former.q1 * rounded_from)
                OR round(here.q3 * rounded_from) IS DISTINCT FROM round(former.q3 * rounded_from)
                THEN 'changed'
        END AS change
    FROM marts.metric_value AS here
    FULL OUTER JOIN shown.marts.metric_value AS former
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    LEFT JOIN (
        SELECT metric_id, 1.000000000001e0 * power(10e0, decimals) AS rounded_from FROM reference.metric
    ) AS metric ON here.metric_id = metric.metric_id
)

SELECT
    metric_id,
    change,
    coalesce(status_before, '') AS status_before,
    coalesce(status_now, '') AS status_now,
    count(*) AS figure_count
FROM compared
WHERE change IS NOT NULL
GROUP BY metric_id, change, status_before, status_now
ORDER BY metric_id, change, status_before, status_now
