-- How many organisations stand under more than one name in this file.
SELECT count(*)
FROM (
    SELECT organisation_code FROM {staged} GROUP BY organisation_code HAVING count(DISTINCT organisation_name) > 1
) AS renamed
