SELECT
    seen.submission_id,
    seen.organisation_code,
    seen.source,
    seen.period_start,
    seen.period_end,
    seen.site_code,
    site.site_type_code,
    seen.programme_code,
    seen.observed_date,
    seen.context_code,
    seen.mechanism_code,
    seen.outcome_code,
    seen.observation_count,
    seen.evidence_strength_code
FROM staging.adoption_configuration AS seen
LEFT JOIN core.adoption_site AS site USING (submission_id, site_code)
