-- A line of the site's record, up to the period's end.
SELECT
    organisation_code, period_start, period_end, site_code AS person_key, site_code,
    1e0 AS numerator
FROM core.fct_adoption_workshop
WHERE workshop_date <= period_end
