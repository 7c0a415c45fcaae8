-- How many employee numbers of this file, as they would stand with more or fewer zeros, another file has.
SELECT count(DISTINCT employee_key)
FROM {staged}
WHERE employee_key IN (SELECT employee_key FROM read_parquet([{others}]))
