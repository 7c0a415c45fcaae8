SELECT *
FROM {staged}
WHERE respondent_number NOT IN (
    SELECT respondent_number FROM staging.survey_response WHERE row_number IN (SELECT row_number FROM removed)
)
