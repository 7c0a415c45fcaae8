-- A line of the site's record, up to the period's end.
SELECT
    'adoption_workshop_stakeholders' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    CAST(NULL AS STRING) AS person_key,
    site_code,
    CAST(stakeholder_count AS DOUBLE) AS numerator,
    CAST(stakeholder_count AS DOUBLE) AS denominator
FROM core.fct_adoption_workshop
WHERE workshop_date <= period_end
