-- A case whose first contact was in the twelve months.
SELECT
    'support_cases_reached' AS metric_id,
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
    1e0 AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
INNER JOIN core.support_case_category AS category USING (submission_id, case_key)
WHERE coalesce(support.triage_date, support.first_meeting_date) BETWEEN support.year_start_date AND support.period_end
