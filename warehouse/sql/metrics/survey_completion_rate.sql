-- A response that says whether it is complete.
SELECT
    organisation_code, period_start, period_end, response_key AS person_key, staff_group_code,
    CASE WHEN is_complete THEN 1e0 ELSE 0e0 END AS numerator
FROM core.fct_survey_response
WHERE is_complete IS NOT NULL
