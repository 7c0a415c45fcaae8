-- A case that came with outcome 2 or 3 and had a first meeting, a year on, once for each next outcome that there is.
WITH entered AS (
    SELECT
        *,
        CASE
            WHEN coalesce(arcp_after_date BETWEEN greatest(referral_date, first_meeting_date) AND period_end, TRUE)
                THEN coalesce(arcp_after_code, 'unknown')
            ELSE 'unknown'
        END AS outcome_code
    FROM core.fct_support_case
    WHERE
        arcp_before_code IN ('2', '3')
        AND first_meeting_date <= period_end
        AND CAST(referral_date + INTERVAL 12 MONTH AS DATE) BETWEEN year_start_date AND period_end
)

SELECT
    outcome.item_code, entered.organisation_code, entered.year_start_date AS period_start, entered.period_end,
    entered.person_key,
    CASE WHEN entered.outcome_code IN (outcome.code, outcome.other_code) THEN 1e0 ELSE 0e0 END AS numerator
FROM entered
CROSS JOIN (
    VALUES
    ('recovered', '1', '6'),
    ('development', '2', '3'),
    ('released', '4', '4'),
    ('out_of_programme', '8', '8'),
    ('incomplete', '5', '5'),
    ('other', '7', '7'),
    ('unknown', 'unknown', 'unknown')
) AS outcome (item_code, code, other_code)
