-- A person who completed research training since 1 April.
SELECT
    organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code = 'training'
    AND event_date >= make_date(year(period_end) - CASE WHEN month(period_end) < 4 THEN 1 ELSE 0 END, 4, 1)
    AND event_date <= period_end
GROUP BY organisation_code, period_start, period_end, person_key
