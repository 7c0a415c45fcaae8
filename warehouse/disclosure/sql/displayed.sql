-- The release that the one in print shows each family as of: itself, or for a family not restated an earlier one.
SELECT
    metric.counted_with, released.organisation_code, released.period_start, released.period_end,
    coalesce(max(released.kept_from_release_id), max(released.release_id)) AS release_id
FROM audit.released_figure AS released
INNER JOIN reference.metric AS metric ON released.metric_id = metric.metric_id
WHERE released.release_id = (
    SELECT max_by(release_id, release_number) FROM audit.release WHERE released_at IS NOT NULL AND withdrawn_at IS NULL
)
GROUP BY metric.counted_with, released.organisation_code, released.period_start, released.period_end
