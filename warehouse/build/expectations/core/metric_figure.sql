SELECT
    figure.*,
    CASE WHEN metric.unit = '%' THEN figure.value END AS value_pct,
    CASE WHEN metric.unit = 'score 1-10' THEN figure.value END AS score_1_10,
    CASE WHEN metric.unit = 'score 0-10' THEN figure.value END AS score_0_10,
    figure.denominator IS NOT NULL AND (
        figure.people_count IS NULL
        OR figure.row_count IS NULL
        OR (figure.numerator IS NULL AND metric.statistic <> 'median' AND metric.counts <> 'published')
    ) AS is_without_base
FROM core.metric_figure AS figure
INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
