-- What part of the research-active staff a group is, beside what part of all staff it is: made from figures in print.
-- All staff are those whom the figure counts: respondents, people with a signed-off plan or with a completed appraisal;
-- beside it, those in post at the same month's end, by the workforce.
WITH of_group AS (
    SELECT *
    FROM marts.dashboard_figure
    WHERE
        metric_id IN ('survey_research_active', 'job_plan_any_research_time', 'appraisal_research_role_ytd')
        AND item_code = 'none'
        AND breakdown IN ('profession', 'staff_group', 'staff_group_wide', 'sex', 'ethnicity_group', 'qualification_place')
),

in_post AS (
    SELECT
        part.organisation_code,
        part.period_end,
        part.breakdown,
        part.category,
        100e0 * part.denominator / nullif(every.denominator, 0) AS share_pct
    FROM marts.metric_value AS part
    INNER JOIN marts.metric_value AS every USING (metric_id, item_code, organisation_code, period_start, period_end)
    WHERE part.metric_id = 'workforce_joined_12_months' AND every.breakdown = 'all'
),

measured AS (
    SELECT
        of_group.*,
        CASE of_group.metric_id
            WHEN 'survey_research_active' THEN 'survey'
            WHEN 'job_plan_any_research_time' THEN 'job_plan'
            ELSE 'appraisal'
        END AS research_active_by,
        100e0 * of_group.numerator / nullif(every.numerator, 0) AS active_share_pct,
        100e0 * of_group.denominator / nullif(every.denominator, 0) AS people_share_pct,
        in_post.share_pct AS in_post_share_pct
    FROM of_group
    INNER JOIN (SELECT * FROM marts.metric_value WHERE breakdown = 'all') AS every
        USING (metric_id, item_code, organisation_code, period_start, period_end)
    LEFT JOIN in_post
        ON
            of_group.organisation_code = in_post.organisation_code
            AND of_group.period_end = in_post.period_end
            AND of_group.breakdown = in_post.breakdown
            AND of_group.category = in_post.category
)

SELECT
    research_active_by,
    organisation_code,
    organisation_name,
    period_start,
    period_end,
    period_kind,
    period_label,
    is_latest,
    breakdown,
    breakdown_label,
    category,
    category_label,
    numerator AS active_count,
    people_count,
    round(active_share_pct * 10.00000000001e0) / 10e0 AS active_share_pct,
    round(people_share_pct * 10.00000000001e0) / 10e0 AS people_share_pct,
    round(active_share_pct / nullif(people_share_pct, 0e0) * 100.0000000001e0) / 100e0 AS representation_ratio,
    round(in_post_share_pct * 10.00000000001e0) / 10e0 AS in_post_share_pct,
    status
FROM measured
