-- The codes in use, once each.
SELECT DISTINCT
    element_code
FROM core.fct_iparihs_rating
