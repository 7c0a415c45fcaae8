-- Boxes of the survey that were ticked, their levels, and how barriers meet; scores of questions that name a factor; and
-- burnout by whether research is funded. With what the rule book says of them.
SELECT
    figure.*,
    metric.aspect,
    CASE
        WHEN metric.aspect LIKE 'level%' THEN figure.item_code
        WHEN metric.aspect = 'burnout' THEN subtheme.level_code
        ELSE mapped.level_code
    END AS level_code,
    CASE
        WHEN metric.aspect = 'box' AND mapped.level_code IS NULL THEN NULL
        WHEN metric.aspect = 'score' OR figure.metric_id LIKE 'research_motivator%' THEN 'facilitator'
        ELSE 'barrier'
    END AS polarity_code,
    subtheme.subtheme_code,
    subtheme.label AS subtheme_label,
    subtheme.polarity_code AS subtheme_polarity_code,
    item.asks_about_code
FROM marts.dashboard_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.metric_topic AS held USING (metric_id)
LEFT JOIN reference.instrument_item AS item ON figure.item_code = item.question_key
LEFT JOIN reference.item_subtheme AS mapped ON figure.item_code = mapped.question_key
LEFT JOIN reference.subtheme AS subtheme
    ON
        subtheme.subtheme_code = CASE
            WHEN metric.aspect = 'co_occurrence' THEN 'missing_support'
            WHEN metric.aspect = 'level_supports_missing' AND figure.item_code = 'interpersonal' THEN 'missing_support'
            WHEN metric.aspect = 'burnout' THEN 'burnout_unfunded'
            ELSE mapped.subtheme_code
        END
WHERE
    held.topic = 'facilitators_barriers'
    AND (metric.aspect <> 'score' OR mapped.question_key IS NOT NULL)
    AND (metric.aspect <> 'burnout' OR figure.breakdown = 'research_funded')
