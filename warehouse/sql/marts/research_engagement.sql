-- Engagement in research, each source's own figures.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.dataset AS source_dataset,
    CASE WHEN figure.metric_id = 'rcc_domain_score' THEN figure.item_code ELSE item.domain_code END AS domain_code,
    coalesce(item.label, event.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.codelist AS event
    ON
        event.codelist IN ('research_event', 'research_role', 'leaving_choice')
        AND figure.item_code = event.code
        AND (event.codelist = 'leaving_choice') = (figure.metric_id = 'workforce_left_by_reason_12_months')
WHERE topic.topic = 'research_engagement'
