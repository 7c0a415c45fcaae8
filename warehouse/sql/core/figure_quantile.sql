-- Quartiles of the metrics that are medians, by the definition that the metric declares (Hyndman and Fan 1996):
-- type 6 stands at pos = (n + 1) p, type 7 at pos = (n - 1) p + 1, clamped to 1..n, between two values by their
-- distance: sum over the ranks k of x * greatest(0, 1 - abs(k - pos)). Equal values share a run of ranks
-- (first - 1, last], over which that weight adds up to the difference of two clamped terms: counted once a value,
-- not once a unit.
-- The median's 95 % interval lies between the values of rank r and n + 1 - r (sign test; Conover 1999, section 3.2),
-- r = floor((n + 1) / 2 - 1.96 sqrt(n) / 2): the binomial's own rank or, for 17 n below 2,000, one further out.
WITH counted AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
        metric.quantile_type,
        unit.numerator AS x,
        count(*) AS unit_count
    FROM core.metric_unit_category AS unit
    INNER JOIN reference.metric AS metric USING (metric_id)
    WHERE metric.statistic = 'median' AND unit.numerator IS NOT NULL
    GROUP BY ALL
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
),

placed AS (
    SELECT
        ranked.*,
        place.name,
        CASE
            WHEN place.name = 'median_low' THEN floor((n + 1) / 2e0 - 1.959963984540054e0 * sqrt(n) / 2)
            WHEN place.name = 'median_high' THEN n + 1 - floor((n + 1) / 2e0 - 1.959963984540054e0 * sqrt(n) / 2)
            WHEN quantile_type = 6 THEN greatest(1e0, least(CAST(n AS DOUBLE), (n + 1) * place.p))
            ELSE (n - 1) * place.p + 1
        END AS pos
    FROM ranked
    CROSS JOIN (
        VALUES ('q1', 0.25e0), ('q2', 0.5e0), ('q3', 0.75e0), ('median_low', 0.5e0), ('median_high', 0.5e0)
    ) AS place (name, p)
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
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    sum(part) FILTER (WHERE name = 'q1') AS q1,
    sum(part) FILTER (WHERE name = 'q2') AS q2,
    sum(part) FILTER (WHERE name = 'q3') AS q3,
    sum(part) FILTER (WHERE name = 'median_low' AND pos >= 1) AS median_low,
    sum(part) FILTER (WHERE name = 'median_high' AND pos <= n) AS median_high
FROM weighed
GROUP BY ALL
