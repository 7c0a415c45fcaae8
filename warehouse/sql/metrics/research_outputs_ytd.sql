-- An output since 1 April. It is made to be known, and no person is counted.
SELECT event_code AS item_code, organisation_code, april_date AS period_start, period_end, 1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code IN ('poster', 'presentation', 'webinar', 'publication', 'report')
    AND event_date BETWEEN april_date AND period_end
