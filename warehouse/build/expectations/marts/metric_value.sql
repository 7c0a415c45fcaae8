-- Each released figure beside the people behind it: an independent look at what disclosure control did.
SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    released.status IN ('shown', 'suppressed', 'not_restated', 'not_available') AS is_status_declared,
    organisation.organisation_code IS NOT NULL AS is_known,
    released.status = 'shown' AND released.value IS NULL AS is_shown_empty,
    released.status = 'shown' AND (
        figure.people_count < profile.threshold
        OR (
            metric.statistic = 'proportion' AND metric.counts = 'people' AND (
                figure.numerator_people_count BETWEEN 1 AND profile.threshold - 1
                OR profile.tests_complement
                AND figure.people_count - figure.numerator_people_count BETWEEN 1 AND profile.threshold - 1
            )
        )
    ) AS is_shown_too_small,
    released.status NOT IN ('shown', 'not_restated') AND coalesce(
        released.numerator, released.denominator, released.numerator_amount, released.denominator_amount, released.people_count, released.row_count, released.value,
        released.q1, released.q3, released.interval_low, released.interval_high, released.response_rate_pct,
        CAST(released.is_target_met AS DOUBLE)
    ) IS NOT NULL AS is_hidden_in_part
FROM marts.metric_value AS released
INNER JOIN core.metric_figure AS figure
    USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.disclosure_profile AS profile USING (profile)
LEFT JOIN core.dim_organisation AS organisation USING (organisation_code)
