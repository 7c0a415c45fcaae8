-- The codes in use, once each.
SELECT DISTINCT
    staff_group_code,
    grade_code,
    leaving_reason_code
FROM core.fct_workforce
