-- A file that tells no activity is one of workshops; where it tells some, a row without one is of no known activity.
WITH told AS (
    SELECT
        *,
        coalesce(
            activity_code,
            CASE WHEN count(activity_code) OVER (PARTITION BY submission_id) = 0 THEN 'workshop' ELSE 'not_stated' END
        ) AS known_activity_code,
        coalesce(stakeholder_role_code, 'not_stated') AS known_role_code
    FROM staging.adoption_workshop
)

SELECT
    told.submission_id,
    told.organisation_code,
    told.source,
    told.period_start,
    told.period_end,
    told.site_code,
    site.site_type_code,
    told.workshop_date,
    told.known_activity_code AS activity_code,
    told.known_role_code AS stakeholder_role_code,
    CAST(sum(told.stakeholder_count) AS BIGINT) AS stakeholder_count
FROM told
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
GROUP BY ALL
