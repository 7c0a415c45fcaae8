-- A pair of scores whose follow-up was in the twelve months.
SELECT
    measure_code AS item_code, category.organisation_code, category.period_start, category.period_end,
    category.person_key, staff_group_code, programme_code, concern_code, support_level_code, setting_code,
    doctor_group_code, site_code,
    improvement AS numerator, baseline_score AS baseline_value
FROM core.fct_support_pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE follow_up_date >= category.period_start
