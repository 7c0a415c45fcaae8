-- Appraisals done and missed, and research in them.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
WHERE topic.topic = 'appraisal_research'
