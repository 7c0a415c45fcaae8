SELECT
    post.submission_id,
    post.organisation_code,
    post.source,
    post.period_start,
    post.period_end,
    post.post_key,
    coalesce(post.registration_key, link.registration_key, post.employee_key) AS person_key,
    post.staff_group_code,
    post.profession_code,
    post.sex_code,
    post.ethnicity_group_code,
    post.qualification_place_code,
    post.grade_code,
    post.fte,
    post.start_date,
    post.leaving_date,
    post.leaving_reason_code,
    post.is_clinical_academic,
    CAST(date_trunc('month', post.period_end) - INTERVAL 11 MONTH AS DATE) AS year_start_date
FROM staging.workforce AS post
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
