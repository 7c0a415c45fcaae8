-- Research time in job plans; and the boxes of the survey that tell of time.
SELECT
    figure.*,
    metric.dataset AS source_dataset
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
LEFT JOIN reference.item_subtheme AS mapped
    ON figure.item_code = mapped.question_key AND mapped.subtheme_code IN ('protected_time', 'time_allocation')
WHERE held.topic = 'protected_time' AND (NOT metric.is_from_survey OR mapped.question_key IS NOT NULL)
