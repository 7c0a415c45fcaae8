SELECT
    organisation_code, period_start, period_end, submission_id,
    count(*) FILTER (WHERE response_date < period_start OR response_date > period_end) AS outside_period_count
FROM core.fct_survey_response
GROUP BY ALL
