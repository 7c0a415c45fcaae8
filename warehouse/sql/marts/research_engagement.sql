-- Engagement in research, each source's own figures.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE
        WHEN figure.metric_id = 'appraisal_research_role_ytd' THEN 'appraisal'
        WHEN figure.metric_id = 'job_plan_any_research_time' THEN 'job_plan'
        WHEN figure.metric_id = 'workforce_clinical_academic_nmahpps' THEN 'workforce'
        WHEN figure.metric_id IN ('research_training_people_ytd', 'research_applications_ytd', 'research_awards_of_decided_ytd') THEN 'research_activity'
        ELSE 'survey'
    END AS source_dataset,
    CASE WHEN figure.metric_id = 'rcc_domain_score' THEN figure.item_code ELSE item.domain_code END AS domain_code,
    coalesce(item.label, event.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.codelist AS event ON event.codelist = 'research_event' AND figure.item_code = event.code
WHERE
    figure.metric_id IN (
        'rcc_item_score', 'rcc_domain_score', 'rcc_item_unsure', 'survey_response_rate', 'survey_completion_rate', 'survey_research_active', 'survey_research_in_role', 'survey_research_mentor', 'survey_research_network', 'appraisal_research_role_ytd', 'job_plan_any_research_time', 'workforce_clinical_academic_nmahpps', 'research_training_people_ytd', 'research_applications_ytd', 'research_awards_of_decided_ytd'
    )
