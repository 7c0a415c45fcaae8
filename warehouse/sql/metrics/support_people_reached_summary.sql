-- A site and programme, once for its programme and once for the rest; its lines repeat the same people, so the largest counts.
SELECT
    'support_people_reached_summary' AS metric_id,
    'none' AS item_code,
    summary.organisation_code,
    summary.period_start,
    summary.period_end,
    CAST(NULL AS STRING) AS person_key,
    CASE WHEN part.is_programme THEN summary.programme_code END AS programme_code,
    CASE WHEN NOT part.is_programme THEN summary.site_code END AS site_code,
    CAST(max(summary.reached_count) AS DOUBLE) AS numerator,
    CAST(max(summary.reached_count) AS DOUBLE) AS denominator
FROM core.fct_support_summary AS summary
CROSS JOIN (VALUES (TRUE), (FALSE)) AS part (is_programme)
WHERE summary.reached_count IS NOT NULL
GROUP BY
    summary.organisation_code, summary.period_start, summary.period_end, summary.source, summary.site_code,
    summary.programme_code, part.is_programme
