SELECT
    appraisal.*,
    coalesce(appraisal.registration_key, link.registration_key, appraisal.employee_key) AS person_key,
    make_date(year(appraisal.period_end) - CASE WHEN month(appraisal.period_end) < 4 THEN 1 ELSE 0 END, 4, 1) AS april_date,
    appraisal.appraisal_state_code = 'complete'
    AND coalesce(appraisal.signed_off_date <= appraisal.period_end, TRUE) AS is_complete
FROM staging.appraisal AS appraisal
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
