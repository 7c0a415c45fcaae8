-- A line of the site's record, up to the period's end.
SELECT
    organisation_code, period_start, period_end, site_code AS person_key, site_code,
    site_type_code,
    CAST(stakeholder_count AS DOUBLE) AS numerator,
    CAST(stakeholder_count AS DOUBLE) AS denominator
FROM core.fct_adoption_workshop
WHERE activity_code = 'workshop' AND workshop_date <= period_end
