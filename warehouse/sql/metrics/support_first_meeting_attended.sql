-- An accepted referral whose eighth week ended within the twelve months.
SELECT
    'support_first_meeting_attended' AS metric_id,
    'none' AS item_code,
    support.organisation_code,
    support.year_start_date AS period_start,
    support.period_end,
    support.person_key,
    category.staff_group_code,
    category.programme_code,
    category.concern_code,
    category.support_level_code,
    category.setting_code,
    category.doctor_group_code,
    category.site_code,
    CASE WHEN support.first_meeting_date <= support.period_end THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE
    support.is_accepted
    AND CAST(support.referral_date + INTERVAL 56 DAY AS DATE) BETWEEN support.year_start_date AND support.period_end
