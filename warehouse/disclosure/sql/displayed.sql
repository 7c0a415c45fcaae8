-- The release that the one in print shows each family as of: itself, or for a family not restated an earlier one.
SELECT
    counted_with, organisation_code, period_start, period_end,
    coalesce(max(released.kept_from_release_id), max(released.release_id)) AS release_id
FROM audit.released_figure AS released
INNER JOIN reference.metric AS metric USING (metric_id)
WHERE released.release_id = (
    SELECT max_by(release_id, release_number) FROM audit.release WHERE released_at IS NOT NULL AND withdrawn_at IS NULL
)
GROUP BY ALL
