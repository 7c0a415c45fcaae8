-- Boxes of the survey that were ticked, and their levels, with what the rule book says of them.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.aspect,
    CASE WHEN metric.aspect LIKE 'level%' THEN figure.item_code ELSE mapped.level_code END AS level_code,
    CASE
        WHEN metric.aspect = 'box' AND mapped.level_code IS NULL THEN NULL
        WHEN figure.metric_id LIKE 'research_motivator%' THEN 'facilitator'
        ELSE 'barrier'
    END AS polarity_code,
    subtheme.subtheme_code,
    subtheme.label AS subtheme_label,
    subtheme.polarity_code AS subtheme_polarity_code,
    coalesce(item.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped ON figure.item_code = mapped.question_key
LEFT JOIN reference.subtheme AS subtheme USING (subtheme_code)
WHERE topic.topic = 'facilitators_barriers'
