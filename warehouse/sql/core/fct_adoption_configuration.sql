SELECT
    seen.*,
    site.site_type_code
FROM staging.adoption_configuration AS seen
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
