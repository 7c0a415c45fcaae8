-- Figures in print and withheld, by metric; how many for which rule is told of all metrics together only.
SELECT
    metric_id,
    count(CASE WHEN status IN ('shown', 'not_restated') THEN 1 END) AS shown_count,
    count(CASE WHEN status = 'suppressed' THEN 1 END) AS withheld_count
FROM marts.metric_value
GROUP BY metric_id
ORDER BY metric_id
