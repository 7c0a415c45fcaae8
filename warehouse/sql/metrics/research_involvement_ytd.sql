-- An activity of the organisation since 1 April; nobody is named with it.
SELECT event_code AS item_code, organisation_code, april_date AS period_start, period_end, 1e0 AS numerator
FROM core.fct_research_activity
WHERE
    event_code IN ('service_user_involvement', 'learning_network_initiated', 'learning_network_contribution')
    AND event_date BETWEEN april_date AND period_end
