-- Dates that come before the one that they should follow.
SELECT row_number, 'end_date' AS field, 'Started on' AS earlier FROM staging.support_intervention WHERE end_date < start_date
