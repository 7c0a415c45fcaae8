-- Rows that share a key: of identical rows the later ones, of rows that say different things all.
WITH suspect AS (
    SELECT row_number, {keys}, md5_number(CAST(({columns}) AS STRING)) AS content
    FROM {staged}
    WHERE hash({keys}) IN ({suspects})
),
shared AS (
    SELECT row_number,
        count(*) OVER (PARTITION BY {keys}) AS times,
        min(content) OVER (PARTITION BY {keys}) = max(content) OVER (PARTITION BY {keys}) AS is_identical,
        min(row_number) OVER (PARTITION BY {keys}) AS first_row
    FROM suspect
)
SELECT is_identical, row_number, first_row
FROM shared
WHERE times > 1 AND (NOT is_identical OR row_number <> first_row)
