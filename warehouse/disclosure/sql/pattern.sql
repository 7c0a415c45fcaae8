-- Which figures a release had in print, of families whose people add the same now as then (`same_family`).
SELECT
    released.metric_id, released.organisation_code, released.period_start, released.period_end,
    released.item_code, released.breakdown, released.category,
    released.status IN ('shown', 'not_restated') AS is_shown
FROM audit.released_figure AS released
INNER JOIN core.same_family AS same USING (release_id, metric_id, organisation_code, period_start, period_end)
