-- The figures that each release stated, and whether it had them in print.
SELECT
    metric.counted_with, released.organisation_code, released.release_id, released.period_start, released.period_end,
    released.metric_id, released.item_code, released.breakdown, released.category,
    released.status IN ('shown', 'not_restated') AS is_shown
FROM audit.released_figure AS released
INNER JOIN reference.metric AS metric ON released.metric_id = metric.metric_id
SEMI JOIN temp.open_series AS open
    ON metric.counted_with = open.counted_with AND released.organisation_code = open.organisation_code
ORDER BY metric.counted_with, released.organisation_code
