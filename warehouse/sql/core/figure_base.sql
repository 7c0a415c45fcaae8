-- Sums, people and variances behind every figure. A unit without a person is a counted group: its people are its
-- denominator. One unit whose population has not come leaves the whole base unknown, never a smaller one; so does a
-- source that has not come for the period, of the dataset that is counted.
-- A person without a category is in `all` only.
WITH figure AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
        sum(numerator) AS numerator,
        CASE WHEN count(*) = count(denominator) THEN sum(denominator) END AS denominator,
        count(DISTINCT person_key)
        + CAST(round(coalesce(sum(denominator) FILTER (WHERE person_key IS NULL), 0)) AS BIGINT) AS people_count,
        count(DISTINCT person_key) FILTER (WHERE numerator <> 0)
        + CAST(round(coalesce(sum(numerator) FILTER (WHERE person_key IS NULL), 0)) AS BIGINT) AS numerator_people_count,
        count(*) AS row_count,
        CASE WHEN count(*) > 1 THEN var_samp(numerator) END AS variance,
        CASE WHEN count(baseline_value) > 1 THEN var_samp(baseline_value) END AS baseline_variance
    FROM core.metric_unit_category
    GROUP BY ALL
),

-- Leavers are counted from the file of the day before the twelve months on, and told apart by the job plans of that day.
-- Where a plan and an appraisal of one person meet, both are needed.
incomplete AS (
    SELECT metric.metric_id, '' AS only_item, '' AS only_breakdown, gap.organisation_code, gap.period_end
    FROM core.source_missing AS gap
    INNER JOIN reference.metric AS metric USING (dataset)
    UNION
    SELECT 'workforce_not_linked', dataset, '', organisation_code, period_end FROM core.source_missing
    UNION
    SELECT
        of_both.metric_id, '', CASE WHEN gap.dataset = 'job_plan' THEN 'research_active' ELSE '' END,
        gap.organisation_code, last_day(CAST(gap.period_end + INTERVAL 12 MONTH AS DATE))
    FROM core.source_missing AS gap
    INNER JOIN reference.metric_dataset AS of_both USING (dataset)
    WHERE of_both.metric_id IN ('workforce_left_12_months', 'workforce_left_by_reason_12_months')
    UNION
    SELECT of_both.metric_id, '', '', gap.organisation_code, gap.period_end
    FROM core.source_missing AS gap
    INNER JOIN reference.metric_dataset AS of_both USING (dataset)
    WHERE of_both.metric_id IN ('appraisal_research_role_with_time', 'job_plan_research_time_with_role')
),

unknown AS (
    SELECT DISTINCT
        metric_id, figure.item_code, organisation_code, figure.period_start, period_end, figure.breakdown,
        figure.category, TRUE AS is_source_missing
    FROM figure
    INNER JOIN incomplete USING (metric_id, organisation_code, period_end)
    WHERE incomplete.only_item IN ('', figure.item_code) AND incomplete.only_breakdown IN ('', figure.breakdown)
)

SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    figure.numerator,
    CASE WHEN unknown.is_source_missing IS NULL THEN figure.denominator END AS denominator,
    figure.people_count,
    figure.numerator_people_count,
    figure.row_count,
    figure.variance,
    figure.baseline_variance,
    coalesce(unknown.is_source_missing, FALSE) AS is_source_missing
FROM figure
LEFT JOIN unknown USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
