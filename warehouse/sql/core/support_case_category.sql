-- A case of the twelve months to its period's end, and once more for each of its concerns and programmes: those
-- overlap, so their rows name nothing else to be counted by.
WITH part AS (
    SELECT
        submission_id, case_key, 'all' AS category_code,
        CAST(NULL AS STRING) AS concern_code, CAST(NULL AS STRING) AS programme_code
    FROM core.fct_support_case
    UNION ALL
    SELECT submission_id, case_key, 'concern ' || concern_code, concern_code, NULL
    FROM core.fct_support_concern
    UNION ALL
    SELECT DISTINCT submission_id, case_key, 'programme ' || programme_code, NULL, programme_code
    FROM core.fct_support_intervention
)

SELECT
    submission_id, case_key, organisation_code, year_start_date AS period_start, period_end, person_key,
    category_code, concern_code, programme_code,
    CASE WHEN category_code = 'all' THEN staff_group_code END AS staff_group_code,
    CASE WHEN category_code = 'all' THEN support_level_code END AS support_level_code,
    CASE WHEN category_code = 'all' THEN setting_code END AS setting_code,
    CASE WHEN category_code = 'all' THEN doctor_group_code END AS doctor_group_code,
    CASE WHEN category_code = 'all' THEN site_code END AS site_code,
    referral_date, is_accepted, triage_date, first_meeting_date, first_meeting_working_days, closure_date,
    closure_outcome_code
FROM part
INNER JOIN core.fct_support_case USING (submission_id, case_key)
