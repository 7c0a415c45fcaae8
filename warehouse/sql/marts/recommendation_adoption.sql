-- What sites adopted, what helps and hinders them, why it works, and what they noted. An item is one code or several:
-- element and scale, element or level and influence, activity and role, or context, mechanism and outcome.
SELECT
    figure.*,
    metric.aspect,
    context.label AS context_label,
    mechanism.label AS mechanism_label,
    outcome.label AS outcome_label
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
LEFT JOIN reference.codelist AS context
    ON
        metric.aspect = 'configuration'
        AND context.codelist = 'realist_context'
        AND split_part(figure.item_code, ' ', 1) = context.code
LEFT JOIN reference.codelist AS mechanism
    ON
        metric.aspect = 'configuration'
        AND mechanism.codelist = 'realist_mechanism'
        AND split_part(figure.item_code, ' ', 2) = mechanism.code
LEFT JOIN reference.codelist AS outcome
    ON
        metric.aspect = 'configuration'
        AND outcome.codelist = 'realist_outcome'
        AND split_part(figure.item_code, ' ', 3) = outcome.code
WHERE held.topic = 'recommendation_adoption'
