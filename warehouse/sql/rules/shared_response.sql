-- Rows of the sender's file whose response id stands more than once: nobody can tell which is right.
SELECT row_number
FROM {checked}
WHERE response_hash IN (
    SELECT response_hash FROM {checked} GROUP BY response_hash HAVING count(*) > 1
)
ORDER BY row_number
