-- A respondent who reached the block of barriers x a level of which their survey offered a barrier; the share in %.
-- `No barriers` is a box of no level.
SELECT
    level_code AS item_code, organisation_code, period_start, period_end, response_key AS person_key, staff_group_code,
    research_active_code,
    100e0 * avg(CASE WHEN is_ticked THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.survey_box
INNER JOIN reference.item_subtheme USING (question_key)
WHERE domain_code = 'barriers'
GROUP BY ALL
