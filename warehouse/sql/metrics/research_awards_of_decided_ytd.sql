-- An application that was awarded or declined since 1 April.
SELECT
    event_code AS item_code, organisation_code, april_date AS period_start, period_end, person_key, staff_group_code,
    funding_code AS funder_code, amount_band_code,
    CASE WHEN decision_code = 'awarded' THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_research_activity
WHERE
    event_code IN ('fellowship_application', 'grant_application')
    AND decision_code IN ('awarded', 'declined')
    AND decided_date BETWEEN april_date AND period_end
