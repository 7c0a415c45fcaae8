-- Declared organisations, and those that only the published NHS Staff Survey names, under their latest name.
WITH published AS (
    SELECT
        organisation_code,
        organisation_name,
        row_number() OVER (
            PARTITION BY organisation_code
            ORDER BY survey_year DESC, organisation_name ASC NULLS LAST
        ) AS recency
    FROM staging.nss_benchmark
)

SELECT
    organisation_code,
    organisation_name,
    organisation_type_code,
    nation_code,
    is_fictional,
    system_code
FROM reference.organisation
UNION ALL
SELECT
    organisation_code,
    organisation_name,
    CAST(NULL AS STRING) AS organisation_type_code,
    CAST(NULL AS STRING) AS nation_code,
    FALSE AS is_fictional,
    CAST(NULL AS STRING) AS system_code
FROM published
ANTI JOIN reference.organisation AS declared USING (organisation_code)
WHERE recency = 1
