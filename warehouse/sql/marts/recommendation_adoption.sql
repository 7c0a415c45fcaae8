-- What sites adopted, how they rate the ground for it, and what they noted. The item of a rating is element and scale.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE figure.metric_id
        WHEN 'adoption_recommendations_in_place' THEN 'in_place'
        WHEN 'iparihs_element_rating' THEN 'rating'
        WHEN 'adoption_changes_noted' THEN 'change'
        WHEN 'adoption_workshops' THEN 'workshop'
        ELSE 'stakeholder'
    END AS aspect,
    coalesce(item.label, '') AS item_label,
    coalesce(code.label, figure.category) AS category_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.codelist AS item
    ON item.codelist IN ('iparihs_element', 'change_noted') AND split_part(figure.item_code, ' ', 1) = item.code
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE figure.breakdown WHEN 'strategy' THEN 'restore_strategy' ELSE figure.breakdown END
        AND figure.category = code.code
WHERE figure.metric_id IN ('adoption_recommendations_in_place', 'iparihs_element_rating', 'adoption_changes_noted', 'adoption_workshops', 'adoption_workshop_stakeholders')
