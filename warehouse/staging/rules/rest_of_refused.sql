-- Rows that agree with a refused row in these columns.
SELECT row_number
FROM {staged}
SEMI JOIN (SELECT {columns} FROM refused WHERE {where}) AS other USING ({columns})
