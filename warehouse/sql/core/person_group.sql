-- What a month's workforce says of a person; of several posts, what comes first.
SELECT
    organisation_code,
    period_end,
    person_key,
    min(profession_code) AS profession_code
FROM core.fct_workforce
GROUP BY organisation_code, period_end, person_key
