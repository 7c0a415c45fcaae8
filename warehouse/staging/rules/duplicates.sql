-- Rows that share a key: W002 the later ones of identical rows, R003 all rows that say different things.
WITH numbered AS (
    SELECT row_number, {keys},
        md5(CAST(({columns}) AS STRING)) AS content,
        count(*) OVER (PARTITION BY {keys}) AS times
    FROM {staged}
),
shared AS (
    SELECT *,
        min(content) OVER (PARTITION BY {keys}) = max(content) OVER (PARTITION BY {keys}) AS is_identical,
        min(row_number) OVER (PARTITION BY {keys}) AS first_row
    FROM numbered
    WHERE times > 1
)
SELECT DISTINCT CASE WHEN is_identical THEN 'W002' ELSE 'R003' END AS code, row_number
FROM shared
WHERE NOT is_identical OR row_number <> first_row
ORDER BY row_number
