-- A pair of scores whose follow-up was in the twelve months; the SD is that of all the measure's pairs.
WITH pair AS (
    SELECT
        submission_id, case_key, measure_code, improvement,
        0.8e0 * stddev_samp(baseline_score) OVER (PARTITION BY organisation_code, period_end, measure_code) AS threshold
    FROM core.fct_support_pair
    WHERE follow_up_date >= year_start_date
)

SELECT
    measure_code AS item_code, category.organisation_code, category.period_start, category.period_end,
    category.person_key, staff_group_code, programme_code, concern_code, support_level_code, setting_code,
    doctor_group_code, site_code,
    CASE WHEN improvement >= threshold THEN 1e0 ELSE 0e0 END AS numerator
FROM pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE threshold > 0
