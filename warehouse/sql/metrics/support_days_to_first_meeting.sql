-- A case whose first meeting was in the twelve months.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, programme_code, concern_code,
    support_level_code, setting_code, doctor_group_code, site_code,
    CAST(first_meeting_working_days AS DOUBLE) AS numerator
FROM core.support_case_category
WHERE first_meeting_date BETWEEN period_start AND period_end AND first_meeting_working_days >= 0
