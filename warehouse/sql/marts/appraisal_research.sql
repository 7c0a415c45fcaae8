-- Appraisals done and missed, and research in them.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
WHERE figure.metric_id IN ('appraisals_completed_ytd', 'doctor_appraisals_completed_year', 'appraisals_missed_approved_ytd', 'appraisals_missed_unapproved_ytd', 'appraisal_research_role_ytd', 'appraisal_research_in_pdp_ytd', 'appraisal_pdp_items_completed')
