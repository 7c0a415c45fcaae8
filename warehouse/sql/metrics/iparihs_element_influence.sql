-- A site's last rating of an element, of which it says whether the element enables or constrains it; the item is element
-- and influence.
SELECT
    element_code || ' ' || influence_code AS item_code,
    organisation_code, period_start, period_end, site_code AS person_key, site_code, site_type_code,
    1e0 AS numerator
FROM core.fct_iparihs_rating
WHERE is_latest AND influence_code IS NOT NULL
