-- A line of a measure with pairs.
SELECT
    measure_code AS item_code, organisation_code, period_start, period_end, programme_code, site_code,
    direction * mean_change / baseline_sd * pair_count AS numerator,
    CAST(pair_count AS DOUBLE) AS denominator
FROM core.support_summary_part
INNER JOIN reference.support_measure USING (measure_code)
WHERE baseline_sd > 0 AND mean_change IS NOT NULL AND pair_count > 0
