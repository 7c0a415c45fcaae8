-- An application submitted since 1 April.
SELECT
    event_code AS item_code, organisation_code, period_start, period_end, person_key, staff_group_code,
    1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code IN ('fellowship_application', 'grant_application')
    AND event_date >= make_date(year(period_end) - CASE WHEN month(period_end) < 4 THEN 1 ELSE 0 END, 4, 1)
    AND event_date <= period_end
