SELECT
    rated.*,
    site.site_type_code,
    trim(replace(CAST(rated.scale_minimum AS STRING) || ' ', '.0 ', ' ')) || '-'
    || trim(replace(CAST(rated.scale_maximum AS STRING) || ' ', '.0 ', ' ')) AS scale,
    coalesce(rated.assessed_date = max(CASE WHEN rated.assessed_date <= rated.period_end THEN rated.assessed_date END) OVER (
        PARTITION BY rated.submission_id, rated.site_code, rated.element_code
    ), FALSE) AS is_latest
FROM staging.iparihs_rating AS rated
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
