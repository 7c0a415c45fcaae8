-- A person who took up a role in research since 1 April, once for each role that there is.
WITH taken AS (
    SELECT
        organisation_code, april_date, period_end, person_key,
        CASE
            WHEN bool_or(research_role_code = 'lead') THEN 'lead'
            WHEN bool_or(research_role_code = 'support') THEN 'support'
            WHEN bool_or(research_role_code = 'participate') THEN 'participate'
            ELSE 'not_known'
        END AS role_code
    FROM core.fct_research_activity
    WHERE event_code = 'investigator_role' AND event_date BETWEEN april_date AND period_end
    GROUP BY ALL
)

SELECT
    role.code AS item_code, taken.organisation_code, taken.april_date AS period_start, taken.period_end,
    taken.person_key, CASE WHEN taken.role_code = role.code THEN 1e0 ELSE 0e0 END AS numerator
FROM taken
CROSS JOIN (SELECT code FROM reference.codelist WHERE codelist = 'research_role') AS role
