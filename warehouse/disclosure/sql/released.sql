-- The figures that each release stated, and whether it had them in print.
SELECT
    counted_with, organisation_code, release_id, period_start, period_end, metric_id, item_code, breakdown, category,
    released.status IN ('shown', 'not_restated') AS is_shown
FROM audit.released_figure AS released
INNER JOIN reference.metric AS metric USING (metric_id)
SEMI JOIN temp.open_series AS open USING (counted_with, organisation_code)
ORDER BY counted_with, organisation_code
