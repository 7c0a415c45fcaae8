SELECT
    noted.*,
    site.site_type_code
FROM staging.adoption_change AS noted
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
