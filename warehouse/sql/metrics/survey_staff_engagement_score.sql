-- A respondent x a sub-score of engagement; and, as item `none`, the mean of their sub-scores where they have all that it needs.
SELECT
    'survey_staff_engagement_score' AS metric_id,
    domain_code AS item_code,
    organisation_code,
    period_start,
    period_end,
    response_key AS person_key,
    staff_group_code,
    research_active_code,
    score AS numerator,
    1e0 AS denominator
FROM core.fct_survey_score
WHERE element_code = 'engagement'
UNION ALL
SELECT
    'survey_staff_engagement_score' AS metric_id,
    'none' AS item_code,
    organisation_code,
    period_start,
    period_end,
    response_key AS person_key,
    staff_group_code,
    research_active_code,
    avg(score) AS numerator,
    1e0 AS denominator
FROM core.fct_survey_score
WHERE element_code = 'engagement'
GROUP BY
    organisation_code,
    period_start,
    period_end,
    response_key,
    staff_group_code,
    research_active_code,
    minimum_score_count
HAVING count(*) >= minimum_score_count
