-- A person's last pair of a measure whose follow-up was in the twelve months: of all their cases, and of those with each
-- concern and programme. `threshold` is 0.8 of the SD (n - 1) at baseline of all the people of the organisation.
WITH pair AS (
    SELECT
        category.*,
        pair.measure_code,
        pair.baseline_score,
        pair.improvement,
        row_number() OVER (
            PARTITION BY
                category.organisation_code, category.period_end, pair.measure_code, category.person_key,
                category.category_code
            ORDER BY pair.follow_up_date DESC, pair.baseline_date DESC, category.case_key DESC, category.submission_id DESC
        ) AS recency
    FROM core.fct_support_pair AS pair
    INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
    WHERE pair.follow_up_date >= category.period_start
)

SELECT
    organisation_code, period_start, period_end, measure_code, person_key, category_code, staff_group_code,
    programme_code, concern_code, support_level_code, setting_code, doctor_group_code, site_code,
    baseline_score,
    improvement,
    0.8e0 * stddev_samp(CASE WHEN category_code = 'all' THEN baseline_score END) OVER (
        PARTITION BY organisation_code, period_end, measure_code
    ) AS threshold
FROM pair
WHERE recency = 1
