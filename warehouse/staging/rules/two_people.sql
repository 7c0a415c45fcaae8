-- Rows whose employee number goes with more than one registration number in this file.
SELECT row_number
FROM {staged}
WHERE employee_key IN (
    SELECT employee_key
    FROM {staged}
    WHERE registration_key IS NOT NULL AND hash(employee_key) IN ({suspects})
    GROUP BY employee_key
    HAVING count(DISTINCT registration_key) > 1
)
