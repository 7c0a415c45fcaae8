-- Hashes of keys that stand more than once: most files have none.
SELECT hash({keys}) AS hashed, count(*) AS row_count
FROM {staged}
GROUP BY hash({keys})
HAVING count(*) > 1
