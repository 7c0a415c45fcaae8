-- Disclosure control, last step: what was decided of each figure, carried out. A hidden figure is hidden whole, but that
-- a median may be in print without saying how many people it is of.
-- A response rate stands beside a figure where the group's own response rate is in print.
-- A category of which there is nobody has a row like one of few people: no row would say that there is nobody.
-- A family of figures that stays as a release had it is copied from there.
WITH rate AS (
    SELECT figure.organisation_code, figure.period_start, figure.period_end, figure.category
    FROM core.figure_decision AS figure
    INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
    WHERE metric.is_response_rate AND figure.rule = '' AND figure.breakdown IN ('all', 'staff_group')
),

decided AS (
    SELECT
        figure.*,
        metric.counted_with,
        profile.threshold,
        decision.rule IN ('', 'counts') AS is_shown,
        decision.rule = '' AS is_counted,
        CASE
            WHEN decision.rule IN ('not_available', 'no_value') THEN 'not_available'
            WHEN decision.rule IN ('', 'counts') THEN 'shown'
            ELSE 'suppressed'
        END AS status,
        rate.category IS NOT NULL AS is_rate_shown
    FROM core.metric_figure AS figure
    INNER JOIN core.figure_decision AS decision
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    INNER JOIN reference.metric AS metric USING (metric_id)
    INNER JOIN reference.disclosure_profile AS profile USING (profile)
    LEFT JOIN rate
        ON
            figure.organisation_code = rate.organisation_code
            AND figure.period_start = rate.period_start
            AND figure.period_end = rate.period_end
            AND CASE WHEN figure.breakdown = 'staff_group' THEN figure.category ELSE 'all' END = rate.category
    WHERE decision.rule <> 'coarsened'
),

listed AS (
    SELECT DISTINCT
        one.metric_id, one.item_code, one.organisation_code, one.period_start, one.period_end, one.period_type,
        one.breakdown, one.interval_method,
        replace(one.series_id, '|' || one.breakdown || '|' || one.category || '|', '|' || one.breakdown || '| |')
            AS series,
        coalesce(declared.category, site.category) AS category
    FROM decided AS one
    LEFT JOIN reference.breakdown_category AS declared ON one.breakdown = declared.breakdown
    LEFT JOIN decided AS site
        ON
            one.breakdown = 'site'
            AND site.breakdown = 'site'
            AND one.counted_with = site.counted_with
            AND one.organisation_code = site.organisation_code
            AND one.period_start = site.period_start
            AND one.period_end = site.period_end
    WHERE one.threshold > 0 AND coalesce(declared.category, site.category) IS NOT NULL
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    period_type,
    breakdown,
    category,
    CASE WHEN is_counted THEN numerator END AS numerator,
    CASE WHEN is_counted THEN denominator END AS denominator,
    CASE WHEN is_counted THEN people_count END AS people_count,
    CASE WHEN is_counted THEN row_count END AS row_count,
    CASE WHEN is_shown THEN value END AS value,
    CASE WHEN is_shown THEN q1 END AS q1,
    CASE WHEN is_shown THEN q3 END AS q3,
    CASE WHEN is_shown THEN interval_low END AS interval_low,
    CASE WHEN is_shown THEN interval_high END AS interval_high,
    interval_method,
    CASE WHEN is_shown AND is_rate_shown THEN response_rate_pct END AS response_rate_pct,
    series_id,
    status,
    CAST(NULL AS STRING) AS kept_from_release_id
FROM decided
UNION ALL
SELECT
    metric_id, item_code, organisation_code, period_start, period_end, period_type, breakdown, category,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    interval_method,
    NULL,
    replace(series, '|' || breakdown || '| |', '|' || breakdown || '|' || category || '|') AS series_id,
    'suppressed' AS status,
    NULL
FROM listed
ANTI JOIN decided USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
UNION ALL
SELECT
    released.metric_id,
    released.item_code,
    released.organisation_code,
    released.period_start,
    released.period_end,
    released.period_type,
    released.breakdown,
    released.category,
    released.numerator,
    released.denominator,
    released.people_count,
    released.row_count,
    released.value,
    released.q1,
    released.q3,
    released.interval_low,
    released.interval_high,
    released.interval_method,
    released.response_rate_pct,
    released.series_id,
    CASE WHEN released.status = 'shown' THEN 'not_restated' ELSE released.status END AS status,
    standing.release_id AS kept_from_release_id
FROM audit.released_figure AS released
INNER JOIN core.family_standing AS standing USING (release_id, metric_id, organisation_code, period_start, period_end)
