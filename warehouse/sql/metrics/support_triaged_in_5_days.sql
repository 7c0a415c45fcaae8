-- A referral of the twelve months on whose fifth working day the period had not ended before.
SELECT
    'support_triaged_in_5_days' AS metric_id,
    'none' AS item_code,
    support.organisation_code,
    support.year_start_date AS period_start,
    support.period_end,
    support.person_key,
    support.setting_code,
    support.doctor_group_code,
    CASE WHEN support.triage_working_days <= 5 THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
WHERE
    support.referral_date >= support.year_start_date
    AND support.elapsed_working_days >= 5
    AND (support.triage_date IS NULL OR support.triage_date >= support.referral_date)
