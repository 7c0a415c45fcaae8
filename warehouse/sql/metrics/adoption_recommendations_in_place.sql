-- A recommendation that its site agreed, by its last assessment.
SELECT
    organisation_code, period_start, period_end, site_code AS person_key, site_code, site_type_code, strategy_code,
    CASE WHEN adoption_state_code = 'in_place' THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_adoption
WHERE is_agreed AND is_latest
