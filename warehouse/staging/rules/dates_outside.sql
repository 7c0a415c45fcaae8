-- Rows whose date lies where it cannot.
SELECT row_number
FROM {staged}
WHERE {where}
