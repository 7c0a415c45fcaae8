SELECT
    figure.*,
    metric.dataset AS source_dataset
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
WHERE held.topic = 'data_quality'
