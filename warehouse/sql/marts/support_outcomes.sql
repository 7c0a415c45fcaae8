-- Each stage of support, from a unit's own cases and from the summaries that units share.
SELECT
    figure.*,
    metric.title,
    metric.unit,
    metric.direction,
    metric.aspect AS stage,
    CASE WHEN figure.metric_id LIKE '%summary' THEN 'summaries' ELSE 'cases' END AS made_from,
    coalesce(code.label, figure.category) AS category_label
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS topic USING (metric_id)
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE
            WHEN figure.breakdown IN ('programme', 'setting') THEN 'support_' || figure.breakdown
            ELSE figure.breakdown
        END
        AND figure.category = code.code
WHERE topic.topic = 'support_outcomes'
