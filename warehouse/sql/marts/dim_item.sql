SELECT
    figure.item_key,
    figure.metric_id,
    figure.item_code,
    figure.item_label,
    figure.item_order,
    coalesce(question.domain_code, domain.code) AS domain_code,
    domain.label AS domain_label
FROM (SELECT DISTINCT item_key, metric_id, item_code, item_label, item_order FROM marts.dashboard_figure) AS figure
LEFT JOIN reference.instrument_item AS question ON figure.item_code = question.question_key
LEFT JOIN reference.codelist AS domain
    ON
        domain.codelist = 'figure_item'
        AND CASE WHEN figure.metric_id = 'rcc_domain_score' THEN figure.item_code ELSE question.domain_code END = domain.code
