-- What a month's workforce says of a person; of several posts, what comes first.
SELECT
    organisation_code,
    period_end,
    person_key,
    min(profession_code) AS profession_code,
    min(sex_code) AS sex_code,
    min(ethnicity_group_code) AS ethnicity_group_code,
    min(qualification_place_code) AS qualification_place_code
FROM core.fct_workforce
GROUP BY ALL
