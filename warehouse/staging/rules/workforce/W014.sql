-- Dates that come before the one that they should follow.
SELECT row_number, 'leaving_date' AS field, 'Start date' AS earlier FROM staging.workforce WHERE leaving_date < start_date
