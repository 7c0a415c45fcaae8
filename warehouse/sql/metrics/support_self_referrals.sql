-- A referral of the twelve months whose source is known.
SELECT
    'support_self_referrals' AS metric_id,
    'none' AS item_code,
    support.organisation_code,
    support.year_start_date AS period_start,
    support.period_end,
    support.person_key,
    support.setting_code,
    support.doctor_group_code,
    CASE WHEN support.referral_source_code = 'self' THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
WHERE
    support.referral_date BETWEEN support.year_start_date AND support.period_end
    AND support.referral_source_code IS NOT NULL
