-- Rows of a case that is not on the main sheet, or was not taken from there.
SELECT row_number, 'case_id' AS field
FROM staging.support_measurement
WHERE case_key NOT IN (SELECT case_key FROM staging.support_case)
