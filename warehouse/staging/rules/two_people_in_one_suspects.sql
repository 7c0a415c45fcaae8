-- Hashes of plans, cases and the like whose rows give more than one number of a person, by the numbers' hashes.
SELECT hash({thing}) AS hashed, count(*) AS row_count
FROM {staged}
GROUP BY hash({thing})
HAVING
    min(hash({registration_key})) FILTER (WHERE {registration_key} IS NOT NULL)
    <> max(hash({registration_key})) FILTER (WHERE {registration_key} IS NOT NULL)
    OR min(hash({employee_key})) FILTER (WHERE {employee_key} IS NOT NULL)
    <> max(hash({employee_key})) FILTER (WHERE {employee_key} IS NOT NULL)
