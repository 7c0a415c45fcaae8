-- A recommendation that its site agreed to have in place by a day that has come, by its last assessment.
SELECT
    organisation_code, period_start, period_end, site_code AS person_key, site_code, site_type_code,
    CASE WHEN is_overdue THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_adoption
WHERE is_agreed AND is_latest AND due_date <= period_end
