SELECT
    post.*,
    coalesce(post.registration_key, link.registration_key, post.employee_key) AS person_key,
    CAST(date_trunc('month', post.period_end) - INTERVAL 11 MONTH AS DATE) AS year_start_date
FROM staging.workforce AS post
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
