-- How many organisations stand under more than one name in this file.
SELECT NULL AS row_number, '' AS field, count(*) AS codes
FROM (
    SELECT organisation_code
    FROM staging.nss_benchmark
    GROUP BY organisation_code
    HAVING count(DISTINCT organisation_name) > 1
) AS renamed
HAVING count(*) > 0
