-- A line of a measure with pairs.
SELECT
    measure_code AS item_code, organisation_code, period_start, period_end, programme_code, site_code,
    CAST(pair_count AS DOUBLE) AS numerator,
    CAST(baseline_count AS DOUBLE) AS denominator
FROM core.support_summary_part
WHERE pair_count IS NOT NULL AND baseline_count IS NOT NULL
