-- A line of a measure with pairs.
SELECT
    measure_code AS item_code, organisation_code, period_start, period_end, programme_code, site_code,
    CAST(improved_count AS DOUBLE) AS numerator,
    CAST(pair_count AS DOUBLE) AS denominator
FROM core.support_summary_part
WHERE improved_count IS NOT NULL AND pair_count IS NOT NULL
