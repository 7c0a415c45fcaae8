-- A person in post on the day before the twelve months, once for each kind of reason that there is.
WITH leaver AS (
    SELECT
        *,
        CASE WHEN leaving_reason_code IN ('resignation', 'transfer') THEN 'own_choice' ELSE 'other_reason' END
            AS choice_code
    FROM core.workforce_year
    WHERE is_in_post_at_start
)

SELECT
    choice.code AS item_code, leaver.organisation_code, leaver.period_start, leaver.period_end, leaver.person_key,
    leaver.staff_group_code, leaver.research_active_code,
    CASE WHEN leaver.has_left AND leaver.choice_code = choice.code THEN 1e0 ELSE 0e0 END AS numerator
FROM leaver
CROSS JOIN (SELECT code FROM reference.codelist WHERE codelist = 'leaving_choice') AS choice
