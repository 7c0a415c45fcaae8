-- The figures of one metric and organisation that each release had in print.
SELECT release_id, period_start, period_end, item_code, breakdown, category
FROM audit.released_figure
WHERE metric_id = $metric_id AND organisation_code = $organisation_code AND status IN ('shown', 'not_restated')
