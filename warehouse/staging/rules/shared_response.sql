-- Rows of the sender's file whose response id stands more than once: nobody can tell which is right.
SELECT row_number
FROM staging.survey_check
WHERE response_hash IN (
    SELECT response_hash FROM staging.survey_check GROUP BY response_hash HAVING count(*) > 1
)
ORDER BY row_number
