-- A person with a research role in appraisal, and a signed-off plan.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, CAST(has_time AS DOUBLE) AS numerator
FROM core.research_lever
WHERE has_role = 1
