-- Concerns and programmes overlap, so each stands on a row of its own, and the case's own row names neither.
SELECT
    submission_id,
    case_key,
    staff_group_code,
    support_level_code,
    setting_code,
    doctor_group_code,
    site_code,
    'all' AS category_code,
    CAST(NULL AS STRING) AS concern_code,
    CAST(NULL AS STRING) AS programme_code
FROM core.fct_support_case
UNION ALL
SELECT submission_id, case_key, NULL, NULL, NULL, NULL, NULL, 'concern ' || concern_code, concern_code, NULL
FROM core.fct_support_concern
UNION ALL
SELECT DISTINCT submission_id, case_key, NULL, NULL, NULL, NULL, NULL, 'programme ' || programme_code, NULL, programme_code
FROM core.fct_support_intervention
