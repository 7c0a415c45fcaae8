-- Figures that are new beside the release that shows (attached as `shown`), gone from it, or changed in a number or in
-- status: how many, by metric. Values to six decimals: sums over many rows may differ in their last digits.
WITH compared AS (
    SELECT
        coalesce(here.metric_id, former.metric_id) AS metric_id,
        former.status AS status_before,
        here.status AS status_now,
        CASE
            WHEN former.metric_id IS NULL THEN 'new'
            WHEN here.metric_id IS NULL THEN 'gone'
            WHEN
                here.status IS DISTINCT FROM former.status
                OR round(here.numerator, 6) IS DISTINCT FROM round(former.numerator, 6)
                OR round(here.denominator, 6) IS DISTINCT FROM round(former.denominator, 6)
                OR here.people_count IS DISTINCT FROM former.people_count
                OR round(here.value, 6) IS DISTINCT FROM round(former.value, 6)
                OR round(here.q1, 6) IS DISTINCT FROM round(former.q1, 6)
                OR round(here.q3, 6) IS DISTINCT FROM round(former.q3, 6)
                THEN 'changed'
        END AS change
    FROM marts.metric_value AS here
    FULL OUTER JOIN shown.marts.metric_value AS former
        ON
            here.metric_id = former.metric_id
            AND here.item_code = former.item_code
            AND here.organisation_code = former.organisation_code
            AND here.period_start = former.period_start
            AND here.period_end = former.period_end
            AND here.breakdown = former.breakdown
            AND here.category = former.category
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
