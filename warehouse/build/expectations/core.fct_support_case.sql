-- The codes in use, once each.
SELECT DISTINCT
    setting_code,
    staff_group_code,
    doctor_group_code,
    referral_source_code,
    support_level_code,
    closure_outcome_code,
    arcp_before_code,
    arcp_after_code
FROM core.fct_support_case
