-- A staff group that the population lists, or everyone else: people with a signed-off plan over staff in scope.
-- Where no count has come, one unit with a NULL denominator.
SELECT
    organisation_code, period_start, period_end, nullif(staff_group_code, 'rest') AS staff_group_code,
    CAST(signed_off_count AS DOUBLE) AS numerator,
    CAST(scope_count AS DOUBLE) AS denominator
FROM core.job_plan_scope
