-- What sites adopted, what helps and hinders them, why it works, and what they noted. An item is one code or several:
-- element and scale, element or level and influence, activity and role, or context, mechanism and outcome.
WITH listed AS (
    SELECT *
    FROM (
        VALUES
        ('adoption_recommendations_by_state', 'adoption_state', '', ''),
        ('adoption_recommendations_adapted', 'adaptation', '', ''),
        ('adoption_changes_noted', 'change_noted', '', ''),
        ('adoption_configurations', 'realist_context', 'realist_mechanism', 'realist_outcome'),
        ('adoption_activities', 'adoption_activity', '', ''),
        ('adoption_stakeholders_by_role', 'adoption_activity', 'stakeholder_role', ''),
        ('iparihs_element_rating', 'iparihs_element', '', ''),
        ('iparihs_element_influence', 'iparihs_element', 'influence', ''),
        ('iparihs_level_influence', 'iparihs_level', 'influence', '')
    ) AS list_of_item (metric_id, first_list, second_list, third_list)
)

SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.aspect,
    CASE
        WHEN metric.aspect = 'configuration'
            THEN
                'Context: ' || coalesce(one.label, '') || '; mechanism: ' || coalesce(two.label, '') || '; outcome: '
                || coalesce(three.label, '')
        ELSE coalesce(one.label, '') || coalesce('; ' || two.label, '')
    END AS item_label,
    CASE WHEN metric.aspect = 'configuration' THEN one.label END AS context_label,
    CASE WHEN metric.aspect = 'configuration' THEN two.label END AS mechanism_label,
    CASE WHEN metric.aspect = 'configuration' THEN three.label END AS outcome_label,
    CASE
        WHEN figure.breakdown = 'programme x site'
            THEN coalesce(code.label, split_part(figure.category, ' x ', 1)) || ' x ' || split_part(figure.category, ' x ', 2)
        ELSE coalesce(code.label, figure.category)
    END AS category_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN listed USING (metric_id)
LEFT JOIN reference.codelist AS one
    ON listed.first_list = one.codelist AND split_part(figure.item_code, ' ', 1) = one.code
LEFT JOIN reference.codelist AS two
    ON listed.second_list = two.codelist AND split_part(figure.item_code, ' ', 2) = two.code
LEFT JOIN reference.codelist AS three
    ON listed.third_list = three.codelist AND split_part(figure.item_code, ' ', 3) = three.code
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE figure.breakdown
            WHEN 'strategy' THEN 'restore_strategy'
            WHEN 'programme' THEN 'support_programme'
            WHEN 'programme x site' THEN 'support_programme'
            ELSE figure.breakdown
        END
        AND split_part(figure.category, ' x ', 1) = code.code
WHERE topic.topic = 'recommendation_adoption'
