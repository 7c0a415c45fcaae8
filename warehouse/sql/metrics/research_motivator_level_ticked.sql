-- A respondent who reached the block of motivators x a level of which their survey offered a motivator.
-- `No motivators` is a box of no level.
SELECT
    level_code AS item_code, organisation_code, period_start, period_end, response_key AS person_key,
    max(CASE WHEN is_ticked THEN 1e0 ELSE 0e0 END) AS numerator
FROM core.survey_box
INNER JOIN reference.item_subtheme USING (question_key)
WHERE domain_code = 'motivators'
GROUP BY ALL
