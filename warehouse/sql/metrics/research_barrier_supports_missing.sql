-- A respondent who reached the block of barriers x a level of which their survey offered barriers on two facilitators.
SELECT
    mapped.level_code AS item_code, box.organisation_code, box.period_start, box.period_end,
    box.response_key AS person_key,
    CASE WHEN count(DISTINCT CASE WHEN box.is_ticked THEN mapped.subtheme_code END) > 1 THEN 1e0 ELSE 0e0 END
        AS numerator
FROM core.survey_box AS box
INNER JOIN reference.item_subtheme AS mapped USING (question_key)
INNER JOIN reference.subtheme AS subtheme USING (subtheme_code)
WHERE box.domain_code = 'barriers' AND subtheme.polarity_code = 'facilitator'
GROUP BY ALL
HAVING count(DISTINCT mapped.subtheme_code) > 1
