-- Rows that share a key: W002 the later ones of identical rows, R003 all rows that say different things.
-- By hashes first: most files end there, and two keys of one hash only cost the rest.
WITH suspect AS (
    SELECT row_number, {keys}, md5(CAST(({columns}) AS STRING)) AS content
    FROM {staged}
    WHERE hash({keys}) IN (SELECT hash({keys}) FROM {staged} GROUP BY hash({keys}) HAVING count(*) > 1)
),
shared AS (
    SELECT *,
        count(*) OVER (PARTITION BY {keys}) AS times,
        min(content) OVER (PARTITION BY {keys}) = max(content) OVER (PARTITION BY {keys}) AS is_identical,
        min(row_number) OVER (PARTITION BY {keys}) AS first_row
    FROM suspect
)
SELECT DISTINCT CASE WHEN is_identical THEN 'W002' ELSE 'R003' END AS code, row_number
FROM shared
WHERE times > 1 AND (NOT is_identical OR row_number <> first_row)
ORDER BY row_number
