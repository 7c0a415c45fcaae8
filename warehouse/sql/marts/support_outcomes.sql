-- Each stage of support and for whom it was, from a unit's own cases and from the summaries that units share.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.aspect AS stage,
    CASE WHEN figure.metric_id LIKE '%summary' THEN 'summaries' ELSE 'cases' END AS made_from,
    coalesce(code.label, figure.category) || coalesce(', ' || other.label, '') AS category_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE
            WHEN split_part(figure.breakdown, ' x ', 1) IN ('programme', 'setting')
                THEN 'support_' || split_part(figure.breakdown, ' x ', 1)
            ELSE figure.breakdown
        END
        AND split_part(figure.category, ' x ', 1) = code.code
LEFT JOIN reference.codelist AS other
    ON
        other.codelist = CASE figure.breakdown
            WHEN 'programme x setting' THEN 'support_setting'
            WHEN 'programme x doctor_group' THEN 'doctor_group'
        END
        AND split_part(figure.category, ' x ', 2) = other.code
WHERE topic.topic = 'support_outcomes'
