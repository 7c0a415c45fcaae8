-- An organisation with support cases: its referrals of twelve months over the headcount on the last day.
WITH headcount AS (
    SELECT organisation_code, period_end, sum(people_count) AS people_count
    FROM core.population_group
    WHERE population_code = 'headcount'
    GROUP BY organisation_code, period_end
)

SELECT
    support.organisation_code, support.year_start_date AS period_start, support.period_end,
    sum(CASE WHEN support.referral_date BETWEEN support.year_start_date AND support.period_end THEN 1e0 ELSE 0e0 END)
        AS numerator,
    CAST(max(headcount.people_count) AS DOUBLE) AS denominator
FROM core.fct_support_case AS support
LEFT JOIN headcount USING (organisation_code, period_end)
GROUP BY ALL
