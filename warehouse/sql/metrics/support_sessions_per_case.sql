-- A case that had a first meeting, closed in the twelve months with a known outcome, whose sessions are all known.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, programme_code, concern_code,
    support_level_code, setting_code, doctor_group_code, site_code,
    CAST(session_count AS DOUBLE) AS numerator
FROM core.support_case_category
WHERE
    closure_date BETWEEN period_start AND period_end
    AND first_meeting_date IS NOT NULL
    AND closure_outcome_code IS NOT NULL
    AND session_count IS NOT NULL
