-- A referral of the twelve months with a level.
SELECT
    organisation_code, year_start_date AS period_start, period_end, person_key,
    setting_code, doctor_group_code,
    CASE WHEN support_level_code = '3' THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_support_case
WHERE
    referral_date BETWEEN year_start_date AND period_end
    AND support_level_code IS NOT NULL
