-- A site's last rating of an element with its influence, once for each influence that there is; the item is the
-- element's level and the influence.
SELECT
    element.wider_code || ' ' || influence.code AS item_code,
    rated.organisation_code, rated.period_start, rated.period_end, rated.site_code AS person_key, rated.site_code,
    rated.site_type_code,
    CASE WHEN rated.influence_code = influence.code THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_iparihs_rating AS rated
INNER JOIN reference.codelist AS element ON element.codelist = 'iparihs_element' AND rated.element_code = element.code
CROSS JOIN reference.codelist AS influence
WHERE
    rated.is_latest
    AND rated.influence_code IS NOT NULL
    AND element.wider_code IS NOT NULL
    AND influence.codelist = 'influence'
