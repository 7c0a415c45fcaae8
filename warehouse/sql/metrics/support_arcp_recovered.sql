-- A case that came with outcome 2 or 3, a year on, whose next ARCP is known.
SELECT
    'support_arcp_recovered' AS metric_id,
    'none' AS item_code,
    support.organisation_code,
    support.year_start_date AS period_start,
    support.period_end,
    support.person_key,
    support.setting_code,
    support.doctor_group_code,
    CASE WHEN support.arcp_after_code IN ('1', '6') THEN 1e0 ELSE 0e0 END AS numerator,
    1e0 AS denominator
FROM core.fct_support_case AS support
WHERE
    support.arcp_before_code IN ('2', '3')
    AND CAST(support.referral_date + INTERVAL 12 MONTH AS DATE) BETWEEN support.year_start_date AND support.period_end
    AND support.arcp_after_code <> 'unknown'
    AND coalesce(support.arcp_after_date <= support.period_end, TRUE)
