-- An application submitted since 1 April.
SELECT
    event_code AS item_code, organisation_code, april_date AS period_start, period_end, person_key, staff_group_code,
    funding_code AS funder_code, amount_band_code,
    1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code IN ('fellowship_application', 'grant_application')
    AND event_date BETWEEN april_date AND period_end
