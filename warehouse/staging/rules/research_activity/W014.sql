-- Dates that come before the one that they should follow.
SELECT row_number, 'decided_date' AS field, 'Date' AS earlier FROM staging.research_activity WHERE decided_date < event_date
