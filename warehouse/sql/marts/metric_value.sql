-- Disclosure control, last step: what was decided of each figure, carried out. A hidden figure is hidden whole.
-- A family of figures that stays as a release had it is copied from there.
-- A response rate is left out where it would give away that few answered or few did not.
-- Where the profile rounds, counts are rounded and the value is made again from the rounded counts, without interval.
WITH decided AS (
    SELECT
        figure.*,
        metric.statistic,
        metric.unit,
        CASE
            WHEN decision.rule IN ('not_available', 'no_value') THEN 'not_available'
            WHEN decision.rule <> '' THEN 'suppressed'
            WHEN profile.rounded_to > 0 THEN 'rounded'
            ELSE 'shown'
        END AS status,
        CASE WHEN profile.rounded_to > 0 THEN CAST(profile.rounded_to AS DOUBLE) END AS step,
        metric.counts IN ('people', 'items') AS is_counted,
        rate.response_count NOT BETWEEN 1 AND profile.threshold - 1
        AND rate.invited_count - rate.response_count NOT BETWEEN 1 AND profile.threshold - 1 AS is_rate_safe
    FROM core.metric_figure AS figure
    INNER JOIN core.figure_decision AS decision
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    INNER JOIN reference.metric AS metric USING (metric_id)
    INNER JOIN reference.disclosure_profile AS profile USING (profile)
    LEFT JOIN core.figure_response_rate AS rate USING (organisation_code, period_start, period_end, breakdown, category)
    WHERE decision.rule <> 'coarsened'
),

safe AS (
    SELECT
        *,
        status IN ('shown', 'rounded') AS is_shown,
        CASE WHEN status = 'rounded' AND is_counted THEN round(numerator / step) * step ELSE numerator END AS safe_numerator,
        CASE
            WHEN status = 'rounded' AND is_counted THEN round(denominator / step) * step ELSE denominator
        END AS safe_denominator
    FROM decided
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
    CASE WHEN is_shown THEN safe_numerator END AS numerator,
    CASE WHEN is_shown THEN safe_denominator END AS denominator,
    CASE
        WHEN status = 'rounded' THEN CAST(round(people_count / step) * step AS BIGINT)
        WHEN is_shown THEN people_count
    END AS people_count,
    CASE
        WHEN status = 'rounded' THEN CAST(round(row_count / step) * step AS BIGINT)
        WHEN is_shown THEN row_count
    END AS row_count,
    CASE
        WHEN NOT is_shown THEN NULL
        WHEN status = 'shown' OR NOT is_counted OR statistic IN ('mean', 'median') THEN value
        WHEN statistic = 'count' THEN safe_numerator
        WHEN unit = '%' THEN 100e0 * safe_numerator / nullif(safe_denominator, 0)
        WHEN unit = 'per 1,000' THEN 1000e0 * safe_numerator / nullif(safe_denominator, 0)
        ELSE safe_numerator / nullif(safe_denominator, 0)
    END AS value,
    CASE WHEN is_shown THEN q1 END AS q1,
    CASE WHEN is_shown THEN q3 END AS q3,
    CASE WHEN status = 'shown' THEN interval_low END AS interval_low,
    CASE WHEN status = 'shown' THEN interval_high END AS interval_high,
    CASE WHEN status = 'rounded' THEN 'none: counts are rounded' ELSE interval_method END AS interval_method,
    CASE WHEN status = 'shown' AND is_rate_safe THEN response_rate_pct END AS response_rate_pct,
    series_id,
    status,
    CAST(NULL AS STRING) AS kept_from_release_id
FROM safe
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
    CASE WHEN released.status IN ('shown', 'rounded') THEN 'not_restated' ELSE released.status END AS status,
    standing.release_id AS kept_from_release_id
FROM audit.released_figure AS released
INNER JOIN core.family_standing AS standing USING (release_id, metric_id, organisation_code, period_start, period_end)
