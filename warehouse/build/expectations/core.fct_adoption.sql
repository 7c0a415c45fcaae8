-- The codes in use, once each.
SELECT DISTINCT
    site_type_code,
    strategy_code,
    adoption_state_code
FROM core.fct_adoption
