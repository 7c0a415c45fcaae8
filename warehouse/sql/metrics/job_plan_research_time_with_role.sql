-- A person with research time in a signed-off plan, and an appraisal that says whether they have a research role.
SELECT
    organisation_code, period_start, period_end, person_key, staff_group_code, CAST(has_role AS DOUBLE) AS numerator
FROM core.research_lever
WHERE has_time = 1
