-- The people of a site and programme: its lines repeat them, so the largest count is theirs.
SELECT
    organisation_code, period_start, period_end, programme_code, site_code,
    CAST(max(engaged_count) AS DOUBLE) AS numerator,
    CAST(max(referred_count) AS DOUBLE) AS denominator
FROM core.support_summary_part
WHERE engaged_count IS NOT NULL AND referred_count IS NOT NULL
GROUP BY organisation_code, period_start, period_end, source, line_code, programme_code, site_code
