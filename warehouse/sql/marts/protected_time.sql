-- Research time in job plans; and the boxes of the survey that tell of time.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.dataset AS source_dataset,
    coalesce(item.label, funder.label, CASE WHEN figure.item_code <> 'none' THEN figure.item_code END, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped
    ON figure.item_code = mapped.question_key AND mapped.subtheme_code IN ('protected_time', 'time_allocation')
LEFT JOIN reference.codelist AS funder ON funder.codelist = 'funding' AND figure.item_code = funder.code
WHERE topic.topic = 'protected_time' AND (NOT metric.is_from_survey OR mapped.question_key IS NOT NULL)
