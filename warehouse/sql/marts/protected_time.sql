-- Research time in job plans; and the boxes of the survey that tell of time.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE WHEN mapped.question_key IS NULL THEN 'job_plan' ELSE 'survey' END AS source_dataset,
    coalesce(item.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped
    ON figure.item_code = mapped.question_key AND mapped.subtheme_code IN ('protected_time', 'time_allocation')
WHERE
    figure.metric_id IN ('J01', 'J01P', 'J02', 'J03', 'J04', 'J05')
    OR (figure.metric_id IN ('R05', 'R06') AND mapped.question_key IS NOT NULL)
