-- A line of a measure with pairs, once for its programme and once for the rest.
SELECT
    'support_followed_up_summary' AS metric_id,
    summary.measure_code AS item_code,
    summary.organisation_code,
    summary.period_start,
    summary.period_end,
    CAST(NULL AS STRING) AS person_key,
    CASE WHEN part.is_programme THEN summary.programme_code END AS programme_code,
    CASE WHEN NOT part.is_programme THEN summary.site_code END AS site_code,
    CAST(summary.pair_count AS DOUBLE) AS numerator,
    CAST(summary.baseline_count AS DOUBLE) AS denominator
FROM core.fct_support_summary AS summary
CROSS JOIN (VALUES (TRUE), (FALSE)) AS part (is_programme)
WHERE
    summary.pair_count IS NOT NULL
    AND summary.baseline_count IS NOT NULL
