-- A respondent who reached the block of barriers, once for each number of levels at which they may have ticked one.
WITH met AS (
    SELECT
        organisation_code, period_start, period_end, response_key,
        count(DISTINCT CASE WHEN is_ticked THEN level_code END) AS level_count
    FROM core.survey_box
    LEFT JOIN reference.item_subtheme USING (question_key)
    WHERE domain_code = 'barriers'
    GROUP BY ALL
)

SELECT
    possible.item_code, met.organisation_code, met.period_start, met.period_end, met.response_key AS person_key,
    CASE WHEN met.level_count = possible.level_count THEN 1e0 ELSE 0e0 END AS numerator
FROM met
CROSS JOIN (VALUES ('0', 0), ('1', 1), ('2', 2), ('3', 3)) AS possible (item_code, level_count)
