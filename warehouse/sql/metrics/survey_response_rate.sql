-- A staff group that the population lists, or everyone else (staff_group_code NULL): responses over people invited.
-- Where no count has come, one unit with a NULL denominator.
WITH wave AS (
    SELECT DISTINCT organisation_code, period_start, period_end FROM core.fct_survey_response
),
counted AS (
    SELECT
        w.organisation_code,
        w.period_start,
        w.period_end,
        p.staff_group_code,
        p.people_count,
        p.period_end AS counted_date,
        max(p.period_end) OVER (PARTITION BY w.organisation_code, w.period_start, w.period_end) AS last_counted_date
    FROM wave AS w
    JOIN core.population_group AS p
        ON p.organisation_code = w.organisation_code
        AND p.period_start >= w.period_start
        AND p.period_end <= w.period_end
    WHERE p.population_code = 'invited'
),
invited AS (
    SELECT * FROM counted WHERE counted_date = last_counted_date
),
part AS (
    SELECT r.organisation_code, r.period_start, r.period_end, i.staff_group_code, 1e0 AS numerator, NULL AS denominator
    FROM core.fct_survey_response AS r
    LEFT JOIN invited AS i USING (organisation_code, period_start, period_end, staff_group_code)
    UNION ALL
    SELECT organisation_code, period_start, period_end, nullif(staff_group_code, 'rest'), 0e0, people_count FROM invited
)
SELECT
    'survey_response_rate' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    CAST(NULL AS STRING) AS person_key,
    staff_group_code,
    sum(numerator) AS numerator,
    CAST(sum(denominator) AS DOUBLE) AS denominator
FROM part
GROUP BY organisation_code, period_start, period_end, staff_group_code
