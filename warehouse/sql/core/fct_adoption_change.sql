SELECT
    noted.submission_id,
    noted.organisation_code,
    noted.source,
    noted.period_start,
    noted.period_end,
    noted.site_code,
    site.site_type_code,
    noted.change_code,
    noted.noted_date,
    noted.change_count
FROM staging.adoption_change AS noted
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
