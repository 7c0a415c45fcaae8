-- A person with an appraisal due since 1 April, the start of the appraisal year; one made up later is not missed.
SELECT
    'appraisals_missed_approved_ytd' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    person_key,
    min(staff_group_code) AS staff_group_code,
    min(CASE WHEN is_complete THEN 0e0 ELSE 1e0 END)
    * max(CASE WHEN appraisal_state_code = 'missed_approved' THEN 1e0 ELSE 0e0 END) AS numerator,
    1e0 AS denominator
FROM core.fct_appraisal
WHERE
    due_date <= period_end
    AND due_date >= make_date(year(period_end) - CASE WHEN month(period_end) < 4 THEN 1 ELSE 0 END, 4, 1)
GROUP BY organisation_code, period_start, period_end, person_key
