-- Metrics and organisations of which a family, not as a release stated it, is shown as of another release by the one in
-- print than was decided last.
WITH risk AS (
    SELECT DISTINCT metric_id, organisation_code, period_start, period_end
    FROM core.figure_risk
),

latest AS (
    SELECT max_by(release_id, release_number) AS release_id
    FROM audit.release
    WHERE released_at IS NOT NULL AND withdrawn_at IS NULL
),

displayed AS (
    SELECT
        metric_id, organisation_code, period_start, period_end,
        coalesce(max(released.kept_from_release_id), max(released.release_id)) AS release_id
    FROM audit.released_figure AS released
    INNER JOIN latest ON released.release_id = latest.release_id
    GROUP BY metric_id, organisation_code, period_start, period_end
)

SELECT DISTINCT risk.metric_id, risk.organisation_code
FROM risk
ANTI JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN displayed USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN core.family_standing AS standing USING (metric_id, organisation_code, period_start, period_end)
WHERE displayed.release_id IS DISTINCT FROM standing.release_id
