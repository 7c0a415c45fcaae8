-- A person with an appraisal due since 1 April.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code,
    CASE WHEN is_missed_approved THEN 1e0 ELSE 0e0 END AS numerator
FROM core.appraisal_due
