SELECT
    event.submission_id,
    event.organisation_code,
    event.source,
    event.period_start,
    event.period_end,
    event.event_key,
    coalesce(event.registration_key, link.registration_key, event.employee_key) AS person_key,
    event.staff_group_code,
    event.profession_code,
    event.event_code,
    event.event_date,
    event.decision_code,
    event.decided_date,
    make_date(year(event.period_end) - CASE WHEN month(event.period_end) < 4 THEN 1 ELSE 0 END, 4, 1) AS april_date
FROM staging.research_activity AS event
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
