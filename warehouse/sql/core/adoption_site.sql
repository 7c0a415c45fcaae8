-- The other sheets of a file name the site alone.
WITH typed AS (
    SELECT
        submission_id,
        organisation_code,
        site_code,
        site_type_code,
        row_number() OVER (
            PARTITION BY submission_id, site_code
            ORDER BY assessed_date DESC, site_type_code ASC
        ) AS recency
    FROM staging.recommendation_adoption
)

SELECT
    submission_id,
    organisation_code,
    site_code,
    site_type_code
FROM typed
WHERE recency = 1
