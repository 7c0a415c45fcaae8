-- A site's page, line by line: what it was to do and how far it is, what helps and hinders, what changed, why it works,
-- the outcomes beside it, and what may not be concluded. All figures are those in print; the states of recommendations
-- stand where the site's own share of them is in print as it is today.
WITH dated AS (
    SELECT
        organisation_code,
        category AS site_code,
        period_start,
        period_end,
        row_number() OVER (PARTITION BY organisation_code, category ORDER BY period_end DESC, period_start DESC) AS recency
    FROM marts.recommendation_adoption
    WHERE
        metric_id = 'adoption_recommendations_never_agreed'
        AND breakdown = 'site'
        AND status = 'shown'
        AND kept_from_release_id IS NULL
),

site AS (
    SELECT organisation_code, site_code, period_start, period_end
    FROM dated
    WHERE recency = 1
),

adopted AS (
    SELECT one.*
    FROM core.fct_adoption AS one
    SEMI JOIN site USING (organisation_code, site_code, period_start, period_end)
    WHERE one.is_latest
),

typed AS (
    SELECT adopted.organisation_code, adopted.site_code, max(own.site_type_code) AS site_type_code
    FROM adopted
    INNER JOIN core.adoption_site AS own USING (submission_id, site_code)
    GROUP BY adopted.organisation_code, adopted.site_code
),

-- The latest figure of the measure of success by the period's end: the site's own, else the organisation's that it is.
measure AS (
    SELECT
        adopted.submission_id,
        adopted.site_code,
        adopted.recommendation_number,
        figure.organisation_code,
        figure.period_end,
        figure.value,
        figure.status,
        row_number() OVER (
            PARTITION BY adopted.submission_id, adopted.site_code, adopted.recommendation_number
            ORDER BY figure.breakdown DESC, figure.period_end DESC, figure.period_start DESC
        ) AS recency
    FROM adopted
    INNER JOIN marts.metric_value AS figure
        ON
            adopted.measure_metric_id = figure.metric_id
            AND coalesce(adopted.measure_item_code, 'none') = figure.item_code
            AND figure.period_end <= adopted.period_end
            AND (
                (figure.breakdown = 'all' AND adopted.site_code = figure.organisation_code)
                OR (
                    figure.breakdown = 'site'
                    AND adopted.organisation_code = figure.organisation_code
                    AND adopted.site_code = figure.category
                )
            )
),

-- What a site says of an element at its last rating: the rating, and whether the element enables or constrains it.
influence AS (
    SELECT
        figure.organisation_code,
        figure.category,
        figure.period_start,
        figure.period_end,
        split_part(figure.item_code, ' ', 1) AS element_code,
        code.code,
        code.label
    FROM marts.recommendation_adoption AS figure
    INNER JOIN reference.codelist AS code
        ON code.codelist = 'influence' AND split_part(figure.item_code, ' ', 2) = code.code
    WHERE figure.metric_id = 'iparihs_element_influence' AND figure.breakdown = 'site' AND figure.value > 0
),

-- Configurations stand on it by programme.
printed AS (
    SELECT
        figure.*,
        CASE WHEN figure.aspect = 'configuration' THEN split_part(figure.category, ' x ', 2) ELSE figure.category END AS site_code,
        coalesce(programme.label || ': ', '') AS of_programme
    FROM marts.recommendation_adoption AS figure
    LEFT JOIN reference.breakdown_category AS programme
        ON
            figure.breakdown = 'programme x site'
            AND programme.breakdown = 'programme'
            AND split_part(figure.category, ' x ', 1) = programme.category
    WHERE
        (figure.breakdown = 'site' AND figure.aspect IN ('in_place', 'agreement', 'overdue', 'rating', 'change', 'activity', 'stakeholder'))
        OR (figure.breakdown = 'programme x site' AND figure.aspect = 'configuration')
),

-- Of each outcome the latest before, across and after the support was modified.
outcome AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY
                organisation_code, site_code, outcome_metric_id, outcome_item_code, outcome_organisation_code,
                outcome_breakdown, outcome_timing
            ORDER BY outcome_period_end DESC, outcome_period_start DESC
        ) AS recency
    FROM marts.adoption_and_outcome
),

line AS (
    SELECT
        adopted.organisation_code, adopted.site_code, adopted.period_start, adopted.period_end,
        2 AS section_number,
        length(adopted.recommendation_number) AS sort_number,
        adopted.submission_id AS sort_text,
        adopted.recommendation_number AS code,
        coalesce(strategy.label, 'The site''s own, measured by: ' || metric.title, 'The site''s own') AS label,
        CASE WHEN adopted.is_agreed THEN adopted.adoption_state_code ELSE 'not_agreed' END AS state_code,
        CASE WHEN adopted.is_agreed THEN state.label ELSE 'Not agreed' END AS state_label,
        adaptation.label AS adaptation_label,
        adopted.due_date,
        CASE WHEN adopted.is_agreed THEN adopted.is_overdue END AS is_overdue,
        adopted.measure_metric_id AS metric_id,
        metric.title,
        measure.organisation_code AS figure_organisation_code,
        measure.period_end AS figure_period_end,
        measure.value,
        metric.unit,
        measure.status,
        adopted.target_value,
        CASE
            WHEN metric.direction <> 0 THEN metric.direction * (measure.value - adopted.target_value) >= 0
        END AS is_target_met
    FROM adopted
    LEFT JOIN measure
        ON
            adopted.submission_id = measure.submission_id
            AND adopted.site_code = measure.site_code
            AND adopted.recommendation_number = measure.recommendation_number
            AND measure.recency = 1
    LEFT JOIN reference.metric AS metric ON adopted.measure_metric_id = metric.metric_id
    LEFT JOIN reference.codelist AS strategy
        ON strategy.codelist = 'restore_strategy' AND adopted.strategy_code = strategy.code
    LEFT JOIN reference.codelist AS state
        ON state.codelist = 'adoption_state' AND adopted.adoption_state_code = state.code
    LEFT JOIN reference.codelist AS adaptation
        ON adaptation.codelist = 'adaptation' AND adopted.adaptation_code = adaptation.code
    UNION ALL
    SELECT
        printed.organisation_code, printed.site_code, printed.period_start, printed.period_end,
        CASE printed.aspect
            WHEN 'rating' THEN 3 WHEN 'change' THEN 4 WHEN 'configuration' THEN 5 WHEN 'activity' THEN 6
            WHEN 'stakeholder' THEN 6 ELSE 1
        END,
        CASE
            WHEN influence.code = 'constrains' THEN 1
            WHEN influence.code = 'enables' THEN 2
            WHEN influence.code = 'neither' THEN 3
            WHEN printed.aspect = 'stakeholder' THEN 5
            ELSE 4
        END,
        printed.of_programme || printed.item_label,
        printed.item_code,
        CASE WHEN printed.item_label = '' THEN printed.metric_title ELSE printed.of_programme || printed.item_label END,
        influence.code,
        influence.label,
        NULL, NULL, NULL,
        printed.metric_id,
        printed.metric_title,
        printed.organisation_code,
        printed.period_end,
        printed.value,
        printed.unit,
        printed.status,
        printed.target,
        printed.is_target_met
    FROM printed
    LEFT JOIN influence
        ON
            printed.aspect = 'rating'
            AND printed.organisation_code = influence.organisation_code
            AND printed.category = influence.category
            AND printed.period_start = influence.period_start
            AND printed.period_end = influence.period_end
            AND split_part(printed.item_code, ' ', 1) = influence.element_code
    UNION ALL
    SELECT
        site.organisation_code, site.site_code, site.period_start, site.period_end,
        7,
        CASE outcome.outcome_timing WHEN 'before' THEN 1 WHEN 'across' THEN 2 WHEN 'after' THEN 3 ELSE 4 END,
        outcome.title,
        outcome.outcome_item_code,
        CASE
            WHEN outcome.outcome_item_code = 'none' THEN outcome.title
            ELSE outcome.title || ': ' || outcome.outcome_item_label
        END,
        outcome.outcome_timing,
        CASE outcome.outcome_timing
            WHEN 'before' THEN 'Before the support was modified'
            WHEN 'across' THEN 'Across the day on which it was modified'
            WHEN 'after' THEN 'After the support was modified'
            ELSE 'Support not modified'
        END,
        NULL, NULL, NULL,
        outcome.outcome_metric_id,
        outcome.title,
        outcome.outcome_organisation_code,
        outcome.outcome_period_end,
        outcome.outcome_value,
        outcome.unit,
        outcome.outcome_status,
        NULL, NULL
    FROM outcome
    INNER JOIN site USING (organisation_code, site_code)
    WHERE outcome.recency = 1
),

warned AS (
    SELECT * FROM line
    UNION ALL
    SELECT DISTINCT
        line.organisation_code, line.site_code, line.period_start, line.period_end,
        8,
        1,
        metric.title,
        'warning',
        metric.title || ': ' || metric.warning,
        NULL, NULL, NULL, NULL, NULL,
        metric.metric_id,
        metric.title,
        NULL, NULL, NULL,
        metric.unit,
        NULL, NULL, NULL
    FROM line
    INNER JOIN reference.metric AS metric ON line.metric_id = metric.metric_id
    WHERE metric.warning <> ''
    UNION ALL
    SELECT
        organisation_code, site_code, period_start, period_end,
        8,
        0,
        '',
        'warning',
        'Outcomes stand beside what was adopted, side by side, not as cause and effect: the site chose what to adopt, and a'
        || ' change in an outcome may have begun before.',
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM site
)

SELECT
    warned.organisation_code,
    sender.organisation_name,
    warned.site_code,
    coalesce(own.organisation_name, warned.site_code) AS site_label,
    code.label AS site_type_label,
    warned.period_start,
    warned.period_end,
    row_number() OVER (
        PARTITION BY warned.organisation_code, warned.site_code, warned.period_start, warned.period_end
        ORDER BY
            warned.section_number, warned.sort_number, warned.sort_text, warned.code, warned.metric_id,
            warned.figure_organisation_code, warned.figure_period_end
    ) AS sort_order,
    CASE warned.section_number
        WHEN 1 THEN 'How far it is'
        WHEN 2 THEN 'Recommendations'
        WHEN 3 THEN 'What helps and hinders'
        WHEN 4 THEN 'What changed'
        WHEN 5 THEN 'Why and how it works'
        WHEN 6 THEN 'What was held'
        WHEN 7 THEN 'Outcomes beside it'
        ELSE 'What may not be concluded'
    END AS section,
    warned.code AS line_code,
    warned.label,
    warned.state_code,
    warned.state_label,
    warned.adaptation_label,
    warned.due_date,
    warned.is_overdue,
    warned.metric_id,
    warned.title AS metric_title,
    warned.figure_organisation_code,
    warned.figure_period_end,
    warned.value,
    warned.unit,
    warned.status,
    warned.target_value,
    warned.is_target_met
FROM warned
INNER JOIN site USING (organisation_code, site_code, period_start, period_end)
LEFT JOIN typed USING (organisation_code, site_code)
LEFT JOIN reference.codelist AS code ON code.codelist = 'site_type' AND typed.site_type_code = code.code
LEFT JOIN core.dim_organisation AS sender USING (organisation_code)
LEFT JOIN core.dim_organisation AS own ON warned.site_code = own.organisation_code
