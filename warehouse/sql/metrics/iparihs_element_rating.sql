-- A site's last rating of an element; ratings on another scale are another item.
SELECT
    'iparihs_element_rating' AS metric_id,
    element_code || ' ' || scale AS item_code,
    organisation_code,
    period_start,
    period_end,
    site_code AS person_key,
    site_code,
    rating AS numerator,
    1e0 AS denominator
FROM core.fct_iparihs_rating
WHERE is_latest
