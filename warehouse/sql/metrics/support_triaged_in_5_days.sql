-- A referral of the twelve months on whose fifth working day the period had not ended before.
SELECT
    organisation_code, year_start_date AS period_start, period_end, person_key,
    setting_code, doctor_group_code,
    CASE WHEN triage_working_days <= 5 THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_support_case
WHERE
    referral_date >= year_start_date
    AND elapsed_working_days >= 5
    AND (triage_date IS NULL OR triage_date >= referral_date)
