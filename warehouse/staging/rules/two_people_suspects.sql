-- Hashes of employee numbers that go with registration numbers of more than one hash.
SELECT hash(employee_key) AS hashed, count(*) AS row_count
FROM {staged}
WHERE employee_key IS NOT NULL AND registration_key IS NOT NULL
GROUP BY hash(employee_key)
HAVING min(hash(registration_key)) <> max(hash(registration_key))
