-- A person with an appraisal completed since 1 April, the start of the appraisal year; has_research_role is known.
SELECT
    organisation_code, april_date AS period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    min(profession_code) AS profession_code,
    max(CASE WHEN has_research_role THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.fct_appraisal
WHERE
    is_complete
    AND has_research_role IS NOT NULL
    AND coalesce(signed_off_date, due_date) >= april_date
GROUP BY ALL
