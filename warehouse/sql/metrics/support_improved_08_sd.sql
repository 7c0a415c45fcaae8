-- A pair of scores whose follow-up was in the twelve months; the SD is that of all the measure's pairs.
WITH pair AS (
    SELECT
        *,
        0.8e0 * stddev_samp(baseline_score) OVER (PARTITION BY organisation_code, period_end, measure_code) AS threshold
    FROM core.fct_support_pair
    WHERE follow_up_date >= year_start_date
)

SELECT
    'support_improved_08_sd' AS metric_id,
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
    CASE WHEN pair.improvement >= pair.threshold THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM pair
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE pair.threshold > 0
