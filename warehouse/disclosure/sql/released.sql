-- The figures that each release stated, and whether it had them in print.
SELECT
    metric_id, organisation_code, release_id, period_start, period_end, item_code, breakdown, category,
    status IN ('shown', 'not_restated') AS is_shown
FROM audit.released_figure
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
ORDER BY metric_id, organisation_code
