-- Research time in job plans; and the boxes of the survey that tell of time.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE WHEN mapped.question_key IS NULL THEN 'job_plan' ELSE 'survey' END AS source_dataset,
    coalesce(item.label, '') AS item_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped
    ON figure.item_code = mapped.question_key AND mapped.subtheme_code IN ('protected_time', 'time_allocation')
WHERE
    figure.metric_id IN ('job_plan_research_pas_median', 'job_plan_any_research_time', 'job_plan_research_time_of_scope', 'job_plan_research_hours_share', 'job_plan_signed_off', 'job_plan_spa_share')
    OR (figure.metric_id IN ('research_barrier_ticked', 'research_motivator_ticked') AND mapped.question_key IS NOT NULL)
