-- Families (the metrics that are counted together, of an organisation and period): all, those with wide staff groups in
-- print, those that were not restated.
WITH decided AS (
    SELECT
        metric.counted_with, figure.organisation_code, figure.period_start, figure.period_end,
        max(CASE WHEN figure.breakdown = 'staff_group' AND figure.rule = 'coarsened' THEN 1 ELSE 0 END) AS is_wide,
        0 AS is_standing
    FROM core.figure_decision AS figure
    INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
    GROUP BY metric.counted_with, figure.organisation_code, figure.period_start, figure.period_end
),

standing AS (
    SELECT DISTINCT
        metric.counted_with, family.organisation_code, family.period_start, family.period_end, 0 AS is_wide,
        1 AS is_standing
    FROM core.family_standing AS family
    INNER JOIN reference.metric AS metric ON family.metric_id = metric.metric_id
),

family AS (
    SELECT counted_with, organisation_code, period_start, period_end, max(is_wide) AS is_wide, max(is_standing) AS is_standing
    FROM (SELECT * FROM decided UNION ALL SELECT * FROM standing) AS either
    GROUP BY counted_with, organisation_code, period_start, period_end
)

SELECT count(*) AS family_count, coalesce(sum(is_wide), 0) AS wide_count, coalesce(sum(is_standing), 0) AS standing_count
FROM family
