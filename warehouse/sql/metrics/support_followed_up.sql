-- A baseline form whose eighth month ended within the twelve months.
SELECT
    'support_followed_up' AS metric_id,
    pair.measure_code AS item_code,
    pair.organisation_code,
    pair.year_start_date AS period_start,
    pair.period_end,
    pair.person_key,
    category.staff_group_code,
    category.programme_code,
    category.concern_code,
    category.support_level_code,
    category.setting_code,
    category.doctor_group_code,
    category.site_code,
    CASE WHEN pair.follow_up_date IS NOT NULL THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_pair AS pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE CAST(pair.baseline_date + INTERVAL 8 MONTH AS DATE) BETWEEN pair.year_start_date AND pair.period_end
