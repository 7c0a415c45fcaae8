-- A person with an appraisal completed since 1 April, the start of the appraisal year; research items are counted.
SELECT
    organisation_code, april_date AS period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    max(CASE WHEN research_pdp_agreed_count > 0 THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.fct_appraisal
WHERE
    is_complete
    AND research_pdp_agreed_count IS NOT NULL
    AND coalesce(signed_off_date, due_date) >= april_date
GROUP BY ALL
