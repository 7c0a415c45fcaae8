-- How many people of this file stand in another source of the same organisation, dataset and period too.
SELECT count(DISTINCT coalesce(registration_key, employee_key))
FROM {staged}
WHERE coalesce(registration_key, employee_key) IN (
    SELECT coalesce(registration_key, employee_key) FROM read_parquet([{others}])
)
