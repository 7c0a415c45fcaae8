SELECT count(*) > 0 AS is_fictional
FROM reference.organisation
WHERE
    is_fictional
    AND (
        organisation_code IN (SELECT organisation_code FROM audit.submission)
        OR organisation_code IN (SELECT organisation_code FROM marts.metric_value)
    )
