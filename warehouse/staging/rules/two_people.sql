-- Rows whose employee number goes with more than one registration number in this file.
SELECT row_number
FROM {staged}
WHERE employee_key IN (
    SELECT employee_key
    FROM {staged}
    WHERE employee_key IS NOT NULL AND registration_key IS NOT NULL
    GROUP BY employee_key
    HAVING count(DISTINCT registration_key) > 1
)
ORDER BY row_number
