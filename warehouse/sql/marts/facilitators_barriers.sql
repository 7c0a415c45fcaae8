-- Boxes ticked (R05, R06) and levels with a barrier ticked (R07), with what the rule book says of them.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE WHEN figure.metric_id = 'R07' THEN figure.item_code ELSE mapped.level_code END AS level_code,
    CASE
        WHEN figure.metric_id <> 'R07' AND mapped.level_code IS NULL THEN NULL
        WHEN figure.metric_id = 'R06' THEN 'facilitator'
        ELSE 'barrier'
    END AS polarity_code,
    subtheme.subtheme_code,
    subtheme.label AS subtheme_label,
    subtheme.polarity_code AS subtheme_polarity_code,
    coalesce(item.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped ON figure.item_code = mapped.question_key
LEFT JOIN reference.subtheme AS subtheme USING (subtheme_code)
WHERE figure.metric_id IN ('R05', 'R06', 'R07')
