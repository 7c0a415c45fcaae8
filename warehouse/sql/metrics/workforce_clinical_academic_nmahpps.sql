-- A nurse, midwife, allied health professional, pharmacist or psychologist in post on the last day.
SELECT
    organisation_code, period_start, period_end, person_key, min(staff_group_code) AS staff_group_code,
    min(profession_code) AS profession_code,
    max(CASE WHEN is_clinical_academic THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.fct_workforce
WHERE
    staff_group_code IN (
        'nursing_and_midwifery', 'allied_health_professionals', 'additional_professional_scientific_and_technical'
    )
    AND is_clinical_academic IS NOT NULL
    AND coalesce(start_date <= period_end, TRUE)
    AND coalesce(leaving_date >= period_end, TRUE)
GROUP BY ALL
