-- An accepted referral whose eighth week ended within the twelve months.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, programme_code, concern_code,
    support_level_code, setting_code, doctor_group_code, site_code,
    CASE WHEN first_meeting_date <= period_end THEN 1e0 ELSE 0e0 END AS numerator
FROM core.support_case_category
WHERE is_accepted AND CAST(referral_date + INTERVAL 56 DAY AS DATE) BETWEEN period_start AND period_end
