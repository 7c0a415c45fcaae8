-- A workshop, interview or observation up to the period's end, however many roles were present.
SELECT
    activity_code AS item_code, organisation_code, period_start, period_end, site_code AS person_key, site_code,
    site_type_code,
    1e0 AS numerator
FROM (
    SELECT DISTINCT
        submission_id, activity_code, organisation_code, period_start, period_end, site_code, site_type_code, workshop_date
    FROM core.fct_adoption_workshop
    WHERE workshop_date <= period_end
) AS held
