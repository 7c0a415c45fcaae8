-- Rows whose employee number goes with more than one registration number in this file. By hashes first, as few are.
WITH suspect AS (
    SELECT hash(employee_key) AS hashed
    FROM {staged}
    WHERE employee_key IS NOT NULL AND registration_key IS NOT NULL
    GROUP BY hash(employee_key)
    HAVING min(hash(registration_key)) <> max(hash(registration_key))
)
SELECT row_number
FROM {staged}
WHERE employee_key IN (
    SELECT employee_key
    FROM {staged}
    WHERE registration_key IS NOT NULL AND hash(employee_key) IN (SELECT hashed FROM suspect)
    GROUP BY employee_key
    HAVING count(DISTINCT registration_key) > 1
)
ORDER BY row_number
