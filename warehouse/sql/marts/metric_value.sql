-- Disclosure control, last step: what was decided of each figure, carried out. A hidden figure is hidden whole, but that
-- a median may be in print without saying how many people it is of (`counts`): then without its interval and quartiles
-- too, which tell it. The interval's ends are two people's answers, and may equal a quartile; of whole scores, a quartile
-- between two tells how many people there are but for a multiple of four.
-- A category of which there is nobody has a row like one of few people: without, it would be known that there is nobody.
-- A crossed category that is withheld has a row where both that it crosses are in print, whoever is in it: of the others
-- there would be a great many.
-- A site of which nothing is in print has no row: its code alone would tell of a small place.
-- A family of figures that stays as a release had it is copied from there.
-- Published are the metric's decimals, with ties away from zero whatever the last binary digit: statistics before this
-- step are exact, and marts after it are made from what is in print. Sums of PAs, hours and points have two.
-- A response rate stands beside a figure where the group's own response rate is in print.
WITH rate AS (
    SELECT figure.organisation_code, figure.period_start, figure.period_end, figure.category
    FROM core.figure_decision AS figure
    INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
    WHERE metric.is_response_rate AND figure.rule = '' AND figure.breakdown IN ('all', 'staff_group', 'staff_group_wide')
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
        CASE
            WHEN decision.rule = 'not_available' AND figure.is_source_missing THEN 'source_missing'
            WHEN decision.rule = 'not_available' THEN 'population_missing'
            WHEN decision.rule = 'no_value' THEN 'no_value'
        END AS reason_code,
        rate.category IS NOT NULL AS is_rate_shown,
        bool_or(decision.rule IN ('', 'counts')) OVER (
            PARTITION BY metric.counted_with, figure.organisation_code, figure.breakdown, figure.category
        ) AS is_ever_shown
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
            AND CASE
                WHEN figure.breakdown IN ('staff_group', 'staff_group_wide') THEN figure.category ELSE 'all'
            END = rate.category
    WHERE decision.rule <> 'coarsened'
),

named AS (
    SELECT *
    FROM decided
    WHERE breakdown <> 'site' OR threshold = 0 OR is_ever_shown
),

site AS (
    SELECT DISTINCT counted_with, organisation_code, period_start, period_end, breakdown, category
    FROM named
    WHERE breakdown = 'site'
),

listed AS (
    SELECT DISTINCT
        one.metric_id, one.item_code, one.organisation_code, one.period_start, one.period_end, one.breakdown,
        one.interval_method, one.is_source_missing, coalesce(declared.category, site.category) AS category,
        replace(one.series_id, '|' || one.breakdown || '|' || one.category || '|', '| |') AS series
    FROM named AS one
    LEFT JOIN site USING (counted_with, organisation_code, period_start, period_end, breakdown)
    LEFT JOIN reference.breakdown_category AS declared ON one.breakdown = declared.breakdown
    WHERE one.threshold > 0 AND coalesce(declared.category, site.category) IS NOT NULL
),

stated AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, period_kind, breakdown, category,
        CASE WHEN is_counted THEN numerator END AS numerator,
        CASE WHEN is_counted THEN denominator END AS denominator,
        CASE WHEN is_counted THEN people_count END AS people_count,
        CASE WHEN is_counted THEN row_count END AS row_count,
        CASE WHEN is_shown THEN value END AS value,
        CASE WHEN is_counted THEN q1 END AS q1,
        CASE WHEN is_counted THEN q3 END AS q3,
        CASE WHEN is_counted THEN interval_low END AS interval_low,
        CASE WHEN is_counted THEN interval_high END AS interval_high,
        interval_method,
        CASE WHEN is_shown AND is_rate_shown THEN response_rate_pct END AS response_rate_pct,
        series_id,
        status,
        reason_code,
        CAST(NULL AS STRING) AS kept_from_release_id
    FROM named
    UNION ALL
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, NULL, breakdown, category,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, interval_method, NULL,
        replace(series, '| |', '|' || breakdown || '|' || category || '|'),
        CASE WHEN is_source_missing THEN 'not_available' ELSE 'suppressed' END,
        CASE WHEN is_source_missing THEN 'source_missing' END,
        NULL
    FROM listed
    ANTI JOIN decided USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    UNION ALL
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, period_kind, breakdown, category,
        coalesce(numerator_amount, numerator), coalesce(denominator_amount, denominator), people_count, row_count,
        value, q1, q3, interval_low, interval_high, interval_method, response_rate_pct, series_id,
        CASE WHEN status = 'shown' THEN 'not_restated' ELSE status END, reason_code, release_id
    FROM audit.released_figure AS released
    INNER JOIN core.family_standing AS standing USING (release_id, metric_id, organisation_code, period_start, period_end)
),

in_print AS (
    SELECT metric_id, item_code, organisation_code, period_start, period_end, breakdown, category
    FROM stated
    WHERE value IS NOT NULL
),

crossed AS (
    SELECT
        declared.breakdown, declared.category, one.metric_id, one.item_code, one.organisation_code, one.period_start,
        one.period_end, TRUE AS is_crossed
    FROM reference.breakdown_category AS declared
    INNER JOIN in_print AS one
        ON
            split_part(declared.breakdown, ' x ', 1) = one.breakdown
            AND split_part(declared.category, ' x ', 1) = one.category
    INNER JOIN in_print AS other
        ON
            split_part(declared.breakdown, ' x ', 2) = other.breakdown
            AND split_part(declared.category, ' x ', 2) = other.category
            AND one.metric_id = other.metric_id
            AND one.item_code = other.item_code
            AND one.organisation_code = other.organisation_code
            AND one.period_start = other.period_start
            AND one.period_end = other.period_end
),

in_table AS (
    SELECT stated.*
    FROM stated
    LEFT JOIN crossed USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    WHERE breakdown NOT LIKE '% x %' OR value IS NOT NULL OR crossed.is_crossed
),

sized AS (
    SELECT
        stated.*,
        CASE
            WHEN stated.period_kind IS NOT NULL THEN stated.period_kind
            WHEN metric.period_kind = 'month' AND stated.period_end > last_day(stated.period_start) THEN 'year'
            ELSE metric.period_kind
        END AS kind_of_period,
        power(10e0, metric.decimals) AS scale,
        1.000000000001e0 * power(10e0, metric.decimals) AS rounded_from,
        metric.direction,
        CASE
            WHEN metric.statistic <> 'count' OR stated.breakdown = 'all'
                THEN coalesce(of_item.target, of_all.target, metric.target)
        END AS target,
        metric.counts IN ('pas', 'hours') AS is_amount,
        metric.counts IN ('pas', 'hours') OR metric.statistic IN ('mean', 'effect_size') AS is_numerator_amount
    FROM in_table AS stated
    INNER JOIN reference.metric AS metric USING (metric_id)
    LEFT JOIN reference.target AS of_item
        ON
            stated.metric_id = of_item.metric_id
            AND stated.organisation_code = of_item.organisation_code
            AND stated.item_code = of_item.item_code
            AND stated.period_end BETWEEN of_item.from_date AND coalesce(of_item.until_date, stated.period_end)
    LEFT JOIN reference.target AS of_all
        ON
            stated.metric_id = of_all.metric_id
            AND stated.organisation_code = of_all.organisation_code
            AND of_all.item_code = ''
            AND stated.period_end BETWEEN of_all.from_date AND coalesce(of_all.until_date, stated.period_end)
)

SELECT
    metric_id, item_code, organisation_code, period_start, period_end, kind_of_period AS period_kind, breakdown, category,
    CASE WHEN NOT is_numerator_amount THEN CAST(round(numerator) AS BIGINT) END AS numerator,
    CASE WHEN NOT is_amount THEN CAST(round(denominator) AS BIGINT) END AS denominator,
    CASE WHEN is_numerator_amount THEN round(numerator * 100.0000000001e0) / 100e0 + 0e0 END AS numerator_amount,
    CASE WHEN is_amount THEN round(denominator * 100.0000000001e0) / 100e0 + 0e0 END AS denominator_amount,
    people_count,
    row_count,
    round(value * rounded_from) / scale + 0e0 AS value,
    round(q1 * rounded_from) / scale + 0e0 AS q1,
    round(q3 * rounded_from) / scale + 0e0 AS q3,
    round(interval_low * rounded_from) / scale + 0e0 AS interval_low,
    round(interval_high * rounded_from) / scale + 0e0 AS interval_high,
    interval_method,
    round(response_rate_pct * 10.00000000001e0) / 10e0 + 0e0 AS response_rate_pct,
    target,
    CASE WHEN direction <> 0 THEN direction * (round(value * rounded_from) / scale - target) >= 0e0 END AS is_target_met,
    series_id,
    status,
    reason_code,
    kept_from_release_id
FROM sized
