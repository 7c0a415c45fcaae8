-- Rows of the sender's file whose response id stands more than once: nobody can tell which is right.
SELECT row_number
FROM {staged}
WHERE response_hash IN ({suspects})
