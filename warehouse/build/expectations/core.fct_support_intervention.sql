-- The codes in use, once each.
SELECT DISTINCT
    programme_code
FROM core.fct_support_intervention
