-- A pair of scores whose follow-up was in the twelve months.
SELECT
    'support_paired_effect' AS metric_id,
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
    pair.improvement AS numerator,
    1e0 AS denominator,
    pair.baseline_score AS baseline_value
FROM core.fct_support_pair AS pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE pair.follow_up_date >= pair.year_start_date
