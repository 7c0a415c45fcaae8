-- Every organisation that a fact names, and whether the dimension knows it.
WITH named AS (
    SELECT organisation_code, submission_id FROM core.fct_population
    UNION
    SELECT organisation_code, submission_id FROM core.fct_survey_response
    UNION
    SELECT organisation_code, submission_id FROM core.fct_appraisal
    UNION
    SELECT organisation_code, submission_id FROM core.fct_job_plan
    UNION
    SELECT organisation_code, submission_id FROM core.fct_nss_result
)

SELECT
    named.organisation_code,
    named.submission_id,
    organisation.organisation_code IS NOT NULL AS is_known
FROM named
LEFT JOIN core.dim_organisation AS organisation USING (organisation_code)
