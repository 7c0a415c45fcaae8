-- A person in post on the last day.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, profession_code,
    sex_code, ethnicity_group_code, qualification_place_code,
    CASE WHEN has_joined THEN 1e0 ELSE 0e0 END AS numerator
FROM core.workforce_year
WHERE is_in_post_at_end AND has_joined IS NOT NULL
