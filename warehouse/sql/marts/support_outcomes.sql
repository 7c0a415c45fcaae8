-- Each stage of support, from a unit's own cases and from the summaries that units share.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE
        WHEN figure.metric_id IN ('P11', 'P11S') THEN 'reached'
        WHEN figure.metric_id = 'P02' THEN 'triaged'
        WHEN figure.metric_id IN ('P05', 'P05S') THEN 'engaged'
        WHEN figure.metric_id IN ('P12', 'P12S') THEN 'completed'
        WHEN figure.metric_id IN ('P09', 'P09S') THEN 'followed_up'
        WHEN figure.metric_id IN ('P07', 'P07S') THEN 'paired_effect'
        WHEN figure.metric_id IN ('P08', 'P08S') THEN 'improved'
        WHEN figure.metric_id = 'P06' THEN 'recovered'
        ELSE 'time'
    END AS stage,
    CASE WHEN figure.metric_id LIKE '%S' THEN 'summaries' ELSE 'cases' END AS made_from,
    coalesce(code.label, figure.category) AS category_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE
            WHEN figure.breakdown IN ('programme', 'setting') THEN 'support_' || figure.breakdown
            ELSE figure.breakdown
        END
        AND figure.category = code.code
WHERE
    figure.metric_id IN (
        'P02', 'P05', 'P05S', 'P06', 'P07', 'P07S', 'P08', 'P08S', 'P09', 'P09S', 'P11', 'P11S', 'P12', 'P12S', 'P13'
    )
