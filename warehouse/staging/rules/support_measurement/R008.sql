-- Follow-ups dated before the baseline of the same case and measure: the change has no direction in time.
SELECT later.row_number, 'measured_date' AS field
FROM staging.support_measurement AS later
INNER JOIN staging.support_measurement AS earlier USING (case_key, measure_code)
WHERE later.stage_code = 'follow_up' AND earlier.stage_code = 'baseline' AND later.measured_date < earlier.measured_date
