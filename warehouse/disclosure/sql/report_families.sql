-- Families (metric, organisation, period): all, those with wide staff groups in print, those that were not restated.
WITH family AS (
    SELECT metric_id, organisation_code, period_start, period_end
    FROM core.figure_decision
    GROUP BY metric_id, organisation_code, period_start, period_end
)

SELECT
    (SELECT count(*) FROM family) + (SELECT count(*) FROM core.family_standing) AS family_count,
    (
        SELECT count(DISTINCT metric_id || '|' || organisation_code || '|' || period_start || '|' || period_end)
        FROM core.figure_decision
        WHERE breakdown = 'staff_group' AND rule = 'coarsened'
    ) AS wide_count,
    (SELECT count(*) FROM core.family_standing) AS standing_count
