-- A baseline form whose eighth month ended within the twelve months.
SELECT
    measure_code AS item_code, category.organisation_code, category.period_start, category.period_end,
    category.person_key, staff_group_code, programme_code, concern_code, support_level_code, setting_code,
    doctor_group_code, site_code,
    CASE WHEN follow_up_date IS NOT NULL THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_support_pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE CAST(baseline_date + INTERVAL 8 MONTH AS DATE) BETWEEN category.period_start AND category.period_end
