-- Quartiles of the metrics that are medians, by the definition that the metric declares (Hyndman and Fan 1996):
-- type 6 stands at pos = (n + 1) p, type 7 at pos = (n - 1) p + 1, clamped to 1..n, between two values by their
-- distance: sum over the ranks k of x * greatest(0, 1 - abs(k - pos)). Equal values share a run of ranks
-- (first - 1, last], over which that weight adds up to the difference of two clamped terms: counted once a value,
-- not once a unit.
WITH counted AS (
    SELECT
        unit.metric_id,
        unit.item_code,
        unit.organisation_code,
        unit.period_start,
        unit.period_end,
        CASE
            WHEN grouping(unit.staff_group_code) = 0 THEN 'staff_group'
            WHEN grouping(unit.contract_type_code) = 0 THEN 'contract_type'
            ELSE 'all'
        END AS breakdown,
        CASE
            WHEN grouping(unit.staff_group_code) = 0 THEN unit.staff_group_code
            WHEN grouping(unit.contract_type_code) = 0 THEN unit.contract_type_code
            ELSE 'all'
        END AS category,
        metric.quantile_type,
        unit.numerator AS x,
        count(*) AS unit_count
    FROM core.metric_unit AS unit
    INNER JOIN reference.metric AS metric ON unit.metric_id = metric.metric_id
    WHERE metric.statistic = 'median' AND unit.numerator IS NOT NULL
    GROUP BY GROUPING SETS (
        (
            unit.metric_id, unit.item_code, unit.organisation_code, unit.period_start, unit.period_end,
            metric.quantile_type, unit.numerator
        ),
        (
            unit.metric_id, unit.item_code, unit.organisation_code, unit.period_start, unit.period_end,
            metric.quantile_type, unit.numerator, unit.staff_group_code
        ),
        (
            unit.metric_id, unit.item_code, unit.organisation_code, unit.period_start, unit.period_end,
            metric.quantile_type, unit.numerator, unit.contract_type_code
        )
    )
),

ranked AS (
    SELECT
        *,
        sum(unit_count) OVER (
            PARTITION BY metric_id, item_code, organisation_code, period_start, period_end, breakdown, category
            ORDER BY x
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS last_rank,
        sum(unit_count) OVER (
            PARTITION BY metric_id, item_code, organisation_code, period_start, period_end, breakdown, category
        ) AS n
    FROM counted
    WHERE breakdown = 'all' OR category <> 'all'
),

placed AS (
    SELECT
        ranked.*,
        quartile.p,
        greatest(1e0, least(
            CAST(n AS DOUBLE),
            CASE WHEN quantile_type = 6 THEN (n + 1) * quartile.p ELSE (n - 1) * quartile.p + 1 END
        )) AS pos
    FROM ranked
    CROSS JOIN (VALUES (0.25e0), (0.5e0), (0.75e0)) AS quartile (p)
),

weighed AS (
    SELECT
        *,
        x * (
            least(1e0, greatest(0e0, last_rank + 1 - pos))
            - least(1e0, greatest(0e0, last_rank - unit_count + 1 - pos))
        ) AS part
    FROM placed
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    breakdown,
    category,
    sum(part) FILTER (WHERE p = 0.25e0) AS q1,
    sum(part) FILTER (WHERE p = 0.5e0) AS q2,
    sum(part) FILTER (WHERE p = 0.75e0) AS q3
FROM weighed
GROUP BY metric_id, item_code, organisation_code, period_start, period_end, breakdown, category
