-- Dates that come before the one that they should follow.
SELECT row_number, 'triage_date' AS field, 'Referral date' AS earlier FROM staging.support_case WHERE triage_date < referral_date
UNION ALL
SELECT row_number, 'first_meeting_date' AS field, 'Referral date' AS earlier FROM staging.support_case WHERE first_meeting_date < referral_date
UNION ALL
SELECT row_number, 'closure_date' AS field, 'Referral date' AS earlier FROM staging.support_case WHERE closure_date < referral_date
