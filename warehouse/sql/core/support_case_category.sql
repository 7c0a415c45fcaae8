-- A case of the twelve months to its period's end, and once more for each of its concerns and programmes: those
-- overlap, so their rows name nothing else to be counted by, but for what programmes are crossed with.
-- Sessions are those of the case, on a programme's row those of that programme; NULL where any of the case is unknown.
WITH given AS (
    SELECT
        submission_id, case_key, programme_code,
        sum(session_count) AS session_count,
        count(session_count) = count(*) AS is_counted
    FROM core.fct_support_intervention
    GROUP BY ALL
),

of_case AS (
    SELECT submission_id, case_key, CASE WHEN bool_and(is_counted) THEN sum(session_count) END AS session_count
    FROM given
    GROUP BY submission_id, case_key
),

part AS (
    SELECT
        submission_id, case_key, 'all' AS category_code,
        CAST(NULL AS STRING) AS concern_code, CAST(NULL AS STRING) AS programme_code,
        CAST(NULL AS BIGINT) AS programme_session_count
    FROM core.fct_support_case
    UNION ALL
    SELECT submission_id, case_key, 'concern ' || concern_code, concern_code, NULL, NULL
    FROM core.fct_support_concern
    UNION ALL
    SELECT submission_id, case_key, 'programme ' || programme_code, NULL, programme_code, session_count
    FROM given
)

SELECT
    submission_id, case_key, organisation_code, year_start_date AS period_start, period_end, person_key,
    category_code, concern_code, programme_code,
    CASE WHEN category_code = 'all' THEN staff_group_code END AS staff_group_code,
    CASE WHEN category_code = 'all' THEN support_level_code END AS support_level_code,
    CASE WHEN concern_code IS NULL THEN setting_code END AS setting_code,
    CASE WHEN concern_code IS NULL THEN doctor_group_code END AS doctor_group_code,
    CASE WHEN category_code = 'all' THEN site_code END AS site_code,
    referral_date, is_accepted, triage_date, first_meeting_date, first_meeting_working_days, closure_date,
    closure_outcome_code,
    CASE
        WHEN of_case.session_count IS NULL OR programme_code IS NULL THEN CAST(of_case.session_count AS BIGINT)
        ELSE CAST(programme_session_count AS BIGINT)
    END AS session_count
FROM part
INNER JOIN core.fct_support_case USING (submission_id, case_key)
LEFT JOIN of_case USING (submission_id, case_key)
