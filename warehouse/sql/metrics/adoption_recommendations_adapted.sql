-- An agreed recommendation of which the site says how it adapted it, once for each way that there is.
SELECT
    way.code AS item_code,
    adopted.organisation_code, adopted.period_start, adopted.period_end, adopted.site_code AS person_key,
    adopted.site_code, adopted.site_type_code, adopted.strategy_code,
    CASE WHEN adopted.adaptation_code = way.code THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_adoption AS adopted
CROSS JOIN reference.codelist AS way
WHERE adopted.is_agreed AND adopted.is_latest AND adopted.adaptation_code IS NOT NULL AND way.codelist = 'adaptation'
