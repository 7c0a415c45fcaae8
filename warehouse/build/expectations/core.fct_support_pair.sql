-- The codes in use, once each.
SELECT DISTINCT
    measure_code
FROM core.fct_support_pair
