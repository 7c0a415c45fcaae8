-- The codes in use, once each.
SELECT DISTINCT
    change_code
FROM core.fct_adoption_change
