-- What sites adopted, how they rate the ground for it, and what they noted. The item of a rating is element and scale.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.aspect,
    coalesce(item.label, '') AS item_label,
    coalesce(code.label, figure.category) AS category_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.codelist AS item
    ON item.codelist IN ('iparihs_element', 'change_noted') AND split_part(figure.item_code, ' ', 1) = item.code
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE figure.breakdown WHEN 'strategy' THEN 'restore_strategy' ELSE figure.breakdown END
        AND figure.category = code.code
WHERE topic.topic = 'recommendation_adoption'
