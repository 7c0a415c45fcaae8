-- Each declared rebase beside the metric and the organisation that it names.
SELECT
    declared.metric_id,
    declared.organisation_code,
    coalesce(metric.has_spc, FALSE) AS is_charted,
    declared.organisation_code = '' OR organisation.organisation_code IS NOT NULL AS is_known
FROM reference.spc_rebase AS declared
LEFT JOIN reference.metric AS metric ON declared.metric_id = metric.metric_id
LEFT JOIN reference.organisation AS organisation ON declared.organisation_code = organisation.organisation_code
