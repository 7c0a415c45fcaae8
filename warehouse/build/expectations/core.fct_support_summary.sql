-- The codes in use, once each.
SELECT DISTINCT
    programme_code,
    measure_code
FROM core.fct_support_summary
