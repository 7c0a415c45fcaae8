-- Hashes of response ids that stand more than once.
SELECT response_hash AS hashed, count(*) AS row_count
FROM {staged}
GROUP BY response_hash
HAVING count(*) > 1
