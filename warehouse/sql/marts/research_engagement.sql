-- Engagement in research, each source's own figures.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE
        WHEN figure.metric_id = 'A03' THEN 'appraisal'
        WHEN figure.metric_id = 'J01P' THEN 'job_plan'
        WHEN figure.metric_id = 'D03' THEN 'workforce'
        WHEN figure.metric_id IN ('T01', 'T02', 'T03') THEN 'research_activity'
        ELSE 'survey'
    END AS source_dataset,
    CASE WHEN figure.metric_id = 'R01D' THEN figure.item_code ELSE item.domain_code END AS domain_code,
    coalesce(item.label, event.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.codelist AS event ON event.codelist = 'research_event' AND figure.item_code = event.code
WHERE
    figure.metric_id IN (
        'R01', 'R01D', 'R02', 'R03', 'R04', 'R08', 'R09', 'R10', 'R11', 'A03', 'J01P', 'D03', 'T01', 'T02', 'T03'
    )
