-- The codes in use, once each.
SELECT DISTINCT
    concern_code
FROM core.fct_support_concern
