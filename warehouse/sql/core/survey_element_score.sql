-- A respondent's sub-scores of an element; and, as item `none`, their mean where there are all that the element needs.
SELECT
    element_code, domain_code AS item_code, organisation_code, period_start, period_end, response_key, staff_group_code,
    research_active_code, score
FROM core.fct_survey_score
UNION ALL
SELECT
    element_code, 'none' AS item_code, organisation_code, period_start, period_end, response_key, staff_group_code,
    research_active_code, avg(score) AS score
FROM core.fct_survey_score
GROUP BY
    element_code, organisation_code, period_start, period_end, response_key, staff_group_code, research_active_code,
    minimum_score_count
HAVING count(*) >= minimum_score_count
