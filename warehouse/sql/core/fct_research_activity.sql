-- Activities with service users and learning networks are the organisation's: whoever is named with one is not kept.
WITH event AS (
    SELECT
        *,
        event_code IN (
            'service_user_involvement', 'learning_network_initiated', 'learning_network_contribution'
        ) AS is_of_organisation
    FROM staging.research_activity
)

SELECT
    event.submission_id,
    event.organisation_code,
    event.source,
    event.period_start,
    event.period_end,
    event.event_key,
    CASE
        WHEN NOT event.is_of_organisation
            THEN coalesce(event.registration_key, link.registration_key, event.employee_key)
    END AS person_key,
    CASE WHEN NOT event.is_of_organisation THEN event.staff_group_code END AS staff_group_code,
    CASE WHEN NOT event.is_of_organisation THEN event.profession_code END AS profession_code,
    event.event_code,
    event.event_date,
    event.research_role_code,
    event.funding_code,
    event.amount_band_code,
    event.decision_code,
    event.decided_date,
    make_date(year(event.period_end) - CASE WHEN month(event.period_end) < 4 THEN 1 ELSE 0 END, 4, 1) AS april_date
FROM event
LEFT JOIN core.person_link AS link USING (organisation_code, employee_key)
