SELECT
    submission_id,
    organisation_code,
    source,
    period_start,
    period_end,
    site_code,
    element_code,
    rating,
    scale_minimum,
    scale_maximum,
    assessed_date,
    trim(replace(CAST(scale_minimum AS STRING) || ' ', '.0 ', ' ')) || '-'
    || trim(replace(CAST(scale_maximum AS STRING) || ' ', '.0 ', ' ')) AS scale,
    coalesce(assessed_date = max(CASE WHEN assessed_date <= period_end THEN assessed_date END) OVER (
        PARTITION BY submission_id, site_code, element_code
    ), FALSE) AS is_latest
FROM staging.iparihs_rating
