SELECT
    appraisal.submission_id,
    appraisal.organisation_code,
    appraisal.source,
    appraisal.period_start,
    appraisal.period_end,
    appraisal.appraisal_key,
    coalesce(appraisal.registration_key, link.registration_key, appraisal.employee_key) AS person_key,
    appraisal.staff_group_code,
    appraisal.profession_code,
    appraisal.grade_code,
    appraisal.has_prescribed_connection,
    appraisal.due_date,
    appraisal.meeting_date,
    appraisal.signed_off_date,
    appraisal.appraisal_state_code,
    appraisal.has_research_role,
    appraisal.research_pdp_agreed_count,
    appraisal.research_pdp_due_count,
    appraisal.research_pdp_complete_count,
    make_date(year(appraisal.period_end) - CASE WHEN month(appraisal.period_end) < 4 THEN 1 ELSE 0 END, 4, 1) AS april_date,
    appraisal.appraisal_state_code = 'complete'
    AND coalesce(appraisal.signed_off_date <= appraisal.period_end, TRUE) AS is_complete
FROM staging.appraisal AS appraisal
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
