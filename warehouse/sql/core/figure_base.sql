-- Sums, people and variances behind every figure. A unit without a person is a counted group: its people are its
-- denominator. One unit whose population has not come leaves the whole base unknown, never a smaller one.
-- A person without a category is in `all` only.
SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    breakdown,
    category,
    sum(numerator) AS numerator,
    CASE WHEN count(*) = count(denominator) THEN sum(denominator) END AS denominator,
    count(DISTINCT person_key)
    + CAST(round(coalesce(sum(denominator) FILTER (WHERE person_key IS NULL), 0)) AS BIGINT) AS people_count,
    count(DISTINCT person_key) FILTER (WHERE numerator <> 0)
    + CAST(round(coalesce(sum(numerator) FILTER (WHERE person_key IS NULL), 0)) AS BIGINT) AS numerator_people_count,
    count(*) AS row_count,
    CASE WHEN count(*) > 1 THEN var_samp(numerator) END AS variance,
    CASE WHEN count(baseline_value) > 1 THEN var_samp(baseline_value) END AS baseline_variance
FROM core.metric_unit_category
GROUP BY metric_id, item_code, organisation_code, period_start, period_end, breakdown, category
