-- Populations whose staff groups do not add up to the total that was sent beside them.
SELECT
    sum(people_count) FILTER (WHERE staff_group_code <> 'all') AS parts,
    sum(people_count) FILTER (WHERE staff_group_code = 'all') AS total
FROM {staged}
GROUP BY population_code, snapshot_date
HAVING parts <> total
ORDER BY parts
