-- A line of a summary, once for its programme and once for its site, which overlap.
SELECT
    submission_id, organisation_code, source, period_start, period_end, measure_code, part.breakdown,
    site_code || ' ' || programme_code AS line_code,
    CASE WHEN part.breakdown = 'programme' THEN programme_code END AS programme_code,
    CASE WHEN part.breakdown = 'site' THEN site_code END AS site_code,
    referred_count, reached_count, engaged_count, completed_count, baseline_count, pair_count, mean_change, baseline_sd,
    improved_count
FROM core.fct_support_summary
CROSS JOIN (VALUES ('programme'), ('site')) AS part (breakdown)
