-- What each person adds to a figure, and how many people add the same; no pseudonym is left.
-- A counted group (no person) of a share of people is so many who count and so many who do not; any other group adds
-- its sums as one, for who of it changed cannot be known.
-- Sums are rounded: the order in which they are made may change their last digits.
WITH person AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
        round(sum(numerator) * 1e6) / 1e6 AS numerator,
        coalesce(round(sum(denominator) * 1e6) / 1e6, 0e0) AS denominator,
        coalesce(round(sum(baseline_value) * 1e6) / 1e6, 0e0) AS baseline_value,
        round(sum(numerator * numerator) * 1e6) / 1e6 AS square,
        count(*) AS unit_count
    FROM core.metric_unit_category
    WHERE person_key IS NOT NULL
    GROUP BY metric_id, item_code, organisation_code, period_start, period_end, breakdown, category, person_key
),

counted AS (
    SELECT
        unit.metric_id, unit.item_code, unit.organisation_code, unit.period_start, unit.period_end, unit.breakdown,
        unit.category,
        metric.statistic IN ('proportion', 'count') AND metric.counts = 'people' AS is_split,
        sum(unit.numerator) AS numerator,
        coalesce(sum(unit.denominator), 0e0) AS denominator
    FROM core.metric_unit_category AS unit
    INNER JOIN reference.metric AS metric USING (metric_id)
    WHERE unit.person_key IS NULL
    GROUP BY ALL
),

part AS (
    SELECT *, 1e0 AS part_numerator, CAST(round(numerator) AS BIGINT) AS people_count
    FROM counted
    WHERE is_split
    UNION ALL
    SELECT *, 0e0 AS part_numerator, CAST(round(denominator - numerator) AS BIGINT) AS people_count
    FROM counted
    WHERE is_split
    UNION ALL
    SELECT *, round(numerator * 1e6) / 1e6 AS part_numerator, 1 AS people_count
    FROM counted
    WHERE NOT is_split
)

SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    numerator, denominator, baseline_value, square, unit_count,
    count(*) AS people_count
FROM person
GROUP BY ALL
UNION ALL
SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    part_numerator AS numerator,
    CASE WHEN is_split THEN 1e0 ELSE round(denominator * 1e6) / 1e6 END AS denominator,
    0e0 AS baseline_value,
    0e0 AS square,
    0 AS unit_count,
    people_count
FROM part
WHERE people_count > 0
