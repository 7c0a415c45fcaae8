-- A line of a measure with pairs, once for its programme and once for the rest.
SELECT
    'support_paired_effect_summary' AS metric_id,
    summary.measure_code AS item_code,
    summary.organisation_code,
    summary.period_start,
    summary.period_end,
    CAST(NULL AS STRING) AS person_key,
    CASE WHEN part.is_programme THEN summary.programme_code END AS programme_code,
    CASE WHEN NOT part.is_programme THEN summary.site_code END AS site_code,
    measure.direction * summary.mean_change / summary.baseline_sd * summary.pair_count AS numerator,
    CAST(summary.pair_count AS DOUBLE) AS denominator
FROM core.fct_support_summary AS summary
INNER JOIN reference.support_measure AS measure USING (measure_code)
CROSS JOIN (VALUES (TRUE), (FALSE)) AS part (is_programme)
WHERE
    summary.baseline_sd > 0
    AND summary.mean_change IS NOT NULL
    AND summary.pair_count > 0
