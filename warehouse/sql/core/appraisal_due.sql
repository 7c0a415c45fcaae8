-- A person with an appraisal due since 1 April, the start of the appraisal year; one made up later is not missed.
SELECT
    organisation_code, april_date AS period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    bool_or(is_complete) AS is_complete,
    bool_or(appraisal_state_code = 'missed_approved') AND NOT bool_or(is_complete) AS is_missed_approved,
    bool_or(appraisal_state_code = 'missed_unapproved') AND NOT bool_or(is_complete) AS is_missed_unapproved
FROM core.fct_appraisal
WHERE due_date BETWEEN april_date AND period_end
GROUP BY ALL
