SELECT
    metric.*,
    metric.title AS metric_title,
    metric.sort_order AS metric_order,
    metric.dataset AS source_dataset,
    topic.label AS topic_label,
    CASE metric.direction WHEN 1 THEN 'higher is better' WHEN -1 THEN 'lower is better' ELSE '' END AS direction_label,
    profile.threshold
FROM reference.metric AS metric
INNER JOIN reference.disclosure_profile AS profile USING (profile)
INNER JOIN reference.codelist AS topic ON topic.codelist = 'topic' AND metric.topic = topic.code
