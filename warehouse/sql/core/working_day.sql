-- The 9,999 days before the latest period end. A week begins on Monday, so a day beyond its fifth is a weekend.
WITH digit AS (
    SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ten (n)
),

latest AS (
    SELECT max(period_end) AS last_date FROM staging.support_case
),

calendar AS (
    SELECT
        nation.code AS nation_code,
        CAST(latest.last_date - INTERVAL 1 DAY * (a.n + 10 * b.n + 100 * c.n + 1000 * d.n) AS DATE) AS calendar_date
    FROM latest
    CROSS JOIN digit AS a
    CROSS JOIN digit AS b
    CROSS JOIN digit AS c
    CROSS JOIN digit AS d
    INNER JOIN reference.codelist AS nation ON nation.codelist = 'nation'
    WHERE latest.last_date IS NOT NULL
)

SELECT
    calendar.nation_code,
    calendar.calendar_date,
    CAST(sum(
        CASE
            WHEN holiday.holiday_date IS NOT NULL THEN 0
            WHEN calendar.calendar_date > CAST(date_trunc('week', calendar.calendar_date) + INTERVAL 4 DAY AS DATE) THEN 0
            ELSE 1
        END
    ) OVER (
        PARTITION BY calendar.nation_code
        ORDER BY calendar.calendar_date
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS working_day_number
FROM calendar
LEFT JOIN reference.bank_holiday AS holiday
    ON calendar.nation_code = holiday.nation_code AND calendar.calendar_date = holiday.holiday_date
