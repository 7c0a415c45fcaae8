-- A line of the site's record, up to the period's end; the item is activity and role.
SELECT
    activity_code || ' ' || stakeholder_role_code AS item_code,
    organisation_code, period_start, period_end, site_code AS person_key, site_code,
    site_type_code,
    CAST(stakeholder_count AS DOUBLE) AS numerator,
    CAST(stakeholder_count AS DOUBLE) AS denominator
FROM core.fct_adoption_workshop
WHERE workshop_date <= period_end
