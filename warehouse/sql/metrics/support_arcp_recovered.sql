-- A case that came with outcome 2 or 3 and had a first meeting, a year on, whose next ARCP since then is known.
SELECT
    organisation_code, year_start_date AS period_start, period_end, person_key,
    setting_code, doctor_group_code,
    CASE WHEN arcp_after_code IN ('1', '6') THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_support_case
WHERE
    arcp_before_code IN ('2', '3')
    AND first_meeting_date <= period_end
    AND CAST(referral_date + INTERVAL 12 MONTH AS DATE) BETWEEN year_start_date AND period_end
    AND arcp_after_code <> 'unknown'
    AND coalesce(arcp_after_date BETWEEN greatest(referral_date, first_meeting_date) AND period_end, TRUE)
