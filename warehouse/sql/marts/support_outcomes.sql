-- Each stage of support and for whom it was, from a unit's own cases and from the summaries that units share.
SELECT
    figure.*,
    metric.aspect AS stage,
    CASE WHEN figure.metric_id LIKE '%summary' THEN 'summaries' ELSE 'cases' END AS made_from
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
WHERE held.topic = 'support_outcomes'
