-- Each stage of support, from a unit's own cases and from the summaries that units share.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction,
    CASE
        WHEN figure.metric_id IN ('support_cases_reached', 'support_people_reached_summary') THEN 'reached'
        WHEN figure.metric_id = 'support_triaged_in_5_days' THEN 'triaged'
        WHEN figure.metric_id IN ('support_first_meeting_attended', 'support_first_meeting_attended_summary') THEN 'engaged'
        WHEN figure.metric_id IN ('support_closed_completed', 'support_programme_completed_summary') THEN 'completed'
        WHEN figure.metric_id IN ('support_followed_up', 'support_followed_up_summary') THEN 'followed_up'
        WHEN figure.metric_id IN ('support_paired_effect', 'support_paired_effect_summary') THEN 'paired_effect'
        WHEN figure.metric_id IN ('support_improved_08_sd', 'support_improved_08_sd_summary') THEN 'improved'
        WHEN figure.metric_id = 'support_arcp_recovered' THEN 'recovered'
        ELSE 'time'
    END AS stage,
    CASE WHEN figure.metric_id LIKE '%summary' THEN 'summaries' ELSE 'cases' END AS made_from,
    coalesce(code.label, figure.category) AS category_label
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
LEFT JOIN reference.codelist AS code
    ON
        code.codelist = CASE
            WHEN figure.breakdown IN ('programme', 'setting') THEN 'support_' || figure.breakdown
            ELSE figure.breakdown
        END
        AND figure.category = code.code
WHERE
    figure.metric_id IN (
        'support_triaged_in_5_days', 'support_first_meeting_attended', 'support_first_meeting_attended_summary', 'support_arcp_recovered', 'support_paired_effect', 'support_paired_effect_summary', 'support_improved_08_sd', 'support_improved_08_sd_summary', 'support_followed_up', 'support_followed_up_summary', 'support_cases_reached', 'support_people_reached_summary', 'support_closed_completed', 'support_programme_completed_summary', 'support_days_to_first_meeting'
    )
