-- Populations whose staff groups do not add up to the total that was sent beside them.
SELECT
    NULL AS row_number,
    '' AS field,
    sum(people_count) FILTER (WHERE staff_group_code <> 'all') AS parts,
    sum(people_count) FILTER (WHERE staff_group_code = 'all') AS total
FROM staging.population
GROUP BY population_code, snapshot_date
HAVING parts <> total
ORDER BY parts
