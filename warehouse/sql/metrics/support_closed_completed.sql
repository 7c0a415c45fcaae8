-- A case that had a first meeting, closed in the twelve months with a known outcome.
SELECT
    'support_closed_completed' AS metric_id,
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
    CASE WHEN support.closure_outcome_code = 'completed' THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE
    support.closure_date BETWEEN support.year_start_date AND support.period_end
    AND support.first_meeting_date IS NOT NULL
    AND support.closure_outcome_code IS NOT NULL
