-- Appraisals done and missed, and research in them.
SELECT figure.*
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric_topic AS held USING (metric_id)
WHERE held.topic = 'appraisal_research'
