-- A site's last rating of an element; ratings on another scale are another item.
SELECT
    element_code || ' ' || scale AS item_code,
    organisation_code, period_start, period_end, site_code AS person_key, site_code,
    site_type_code,
    rating AS numerator
FROM core.fct_iparihs_rating
WHERE is_latest
