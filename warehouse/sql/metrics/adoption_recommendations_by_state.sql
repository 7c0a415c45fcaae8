-- A recommendation that its site agreed, by its last assessment, once for each state that there is.
SELECT
    state.code AS item_code,
    adopted.organisation_code, adopted.period_start, adopted.period_end, adopted.site_code AS person_key,
    adopted.site_code, adopted.site_type_code, adopted.strategy_code,
    CASE WHEN adopted.adoption_state_code = state.code THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_adoption AS adopted
CROSS JOIN reference.codelist AS state
WHERE adopted.is_agreed AND adopted.is_latest AND state.codelist = 'adoption_state'
