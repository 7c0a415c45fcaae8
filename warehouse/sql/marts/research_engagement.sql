-- Engagement in research, each source's own figures.
SELECT
    figure.*,
    metric.dataset AS source_dataset,
    CASE WHEN figure.metric_id = 'rcc_domain_score' THEN figure.item_code ELSE question.domain_code END AS domain_code,
    domain.label AS domain_label
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
LEFT JOIN reference.instrument_item AS question ON figure.item_code = question.question_key
LEFT JOIN reference.codelist AS domain
    ON
        domain.codelist = 'figure_item'
        AND CASE WHEN figure.metric_id = 'rcc_domain_score' THEN figure.item_code ELSE question.domain_code END = domain.code
WHERE held.topic = 'research_engagement'
