-- Disclosure control, last step: what was decided of each figure, carried out. A hidden figure is hidden whole.
-- A family of figures that stays as a release had it is copied from there.
-- A response rate is left out where it would give away that few answered or few did not.
WITH decided AS (
    SELECT
        figure.*,
        decision.rule = '' AS is_shown,
        CASE
            WHEN decision.rule IN ('not_available', 'no_value') THEN 'not_available'
            WHEN decision.rule <> '' THEN 'suppressed'
            ELSE 'shown'
        END AS status,
        CASE
            WHEN decision.rule = 'not_available' AND figure.is_source_missing THEN 'source_missing'
            WHEN decision.rule = 'not_available' THEN 'population_missing'
            WHEN decision.rule = 'no_value' THEN 'no_value'
        END AS reason_code,
        rate.response_count NOT BETWEEN 1 AND profile.threshold - 1
        AND rate.invited_count - rate.response_count NOT BETWEEN 1 AND profile.threshold - 1 AS is_rate_safe
    FROM core.metric_figure AS figure
    INNER JOIN core.figure_decision AS decision
        USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    INNER JOIN reference.metric AS metric USING (metric_id)
    INNER JOIN reference.disclosure_profile AS profile USING (profile)
    LEFT JOIN core.figure_response_rate AS rate USING (organisation_code, period_start, period_end, breakdown, category)
    WHERE decision.rule <> 'coarsened'
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
    CASE WHEN is_shown THEN numerator END AS numerator,
    CASE WHEN is_shown THEN denominator END AS denominator,
    CASE WHEN is_shown THEN people_count END AS people_count,
    CASE WHEN is_shown THEN row_count END AS row_count,
    CASE WHEN is_shown THEN value END AS value,
    CASE WHEN is_shown THEN q1 END AS q1,
    CASE WHEN is_shown THEN q3 END AS q3,
    CASE WHEN is_shown THEN interval_low END AS interval_low,
    CASE WHEN is_shown THEN interval_high END AS interval_high,
    interval_method,
    CASE WHEN is_shown AND is_rate_safe THEN response_rate_pct END AS response_rate_pct,
    series_id,
    status,
    reason_code,
    CAST(NULL AS STRING) AS kept_from_release_id
FROM decided
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
    released.reason_code,
    standing.release_id AS kept_from_release_id
FROM audit.released_figure AS released
INNER JOIN core.family_standing AS standing USING (release_id, metric_id, organisation_code, period_start, period_end)
