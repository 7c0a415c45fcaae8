-- A recommendation that was put to its site, by its last assessment.
SELECT
    organisation_code, period_start, period_end, site_code AS person_key, site_code, site_type_code, strategy_code,
    CASE WHEN is_ever_agreed THEN 0e0 ELSE 1e0 END AS numerator
FROM core.fct_adoption
WHERE is_latest
