SELECT
    metric.metric_id,
    metric.title AS metric_title,
    metric.sort_order AS metric_order,
    metric.topic,
    topic.label AS topic_label,
    metric.unit,
    metric.decimals,
    metric.direction,
    CASE metric.direction WHEN 1 THEN 'higher is better' WHEN -1 THEN 'lower is better' ELSE '' END AS direction_label,
    metric.statistic,
    metric.counts,
    metric.period_kind,
    metric.definition,
    metric.evidence,
    metric.warning,
    metric.dataset AS source_dataset,
    metric.has_spc,
    metric.target,
    profile.threshold
FROM reference.metric AS metric
INNER JOIN reference.disclosure_profile AS profile USING (profile)
INNER JOIN reference.codelist AS topic ON topic.codelist = 'topic' AND metric.topic = topic.code
