SELECT
    figure.*,
    CASE WHEN metric.statistic = 'proportion' OR metric.unit = '%' THEN figure.value END AS value_pct,
    CASE WHEN metric.unit LIKE 'score%' THEN figure.value END AS score
FROM core.metric_figure AS figure
INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
