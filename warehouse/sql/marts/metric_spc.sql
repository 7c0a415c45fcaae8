-- XmR charts of the metrics that opt in, by the rules of NHSRplotthedots 0.2.2 and the options of its rule set.
-- Of one series; a withheld or overlapping point leaves its whole series without limits:
-- beside a printed mean, one hidden point is arithmetic.
-- A share goes by its released counts or sums, so that rounding moves no signal; what has none, by the value in print.
-- Decided on purpose:
-- * A baseline whose average range is 0 (a constant series, or one that stands still but for a screened jump) has no
--   limits: each other point would be beyond them. NHSRplotthedots has none for a constant series either.
-- * One point has a mean and no limits. A limit beyond what the figure can be is cut in print only: signals and
--   assurance go by where it was.
-- * Fewer than 12 points, whose limits NHSRplotthedots calls trial limits, have no icons; that package draws them.
-- * A point without a figure breaks every run, and the ranges beside it are not counted.
--   A month that has no row at all is no point: those before and after it stand next to each other.
-- * Two numbers within 1e-12 of the series' size are one number: sums differ in their last digit with their order.
-- * A point where two trends meet is of the later one, as in NHSRplotthedots. Where a rise ends one step before the
--   next begins, its last point stays a rise; that package calls it a fall.
WITH figure AS (
    SELECT
        released.series_id, released.metric_id, released.item_code, released.organisation_code, released.breakdown,
        released.category, released.period_start, released.period_end, released.value,
        released.target, metric.direction, metric.lowest, metric.highest, power(10e0, metric.decimals) AS scale,
        CASE WHEN released.status IN ('shown', 'not_restated', 'not_available') THEN 0 ELSE 1 END AS is_withheld,
        CASE WHEN released.period_start <= lag(released.period_end) OVER dated THEN 1 ELSE 0 END AS is_overlapping,
        coalesce(
            CASE
                WHEN metric.statistic IN ('proportion', 'ratio') AND metric.unit = '%'
                    THEN
                        100e0 * coalesce(released.numerator, released.numerator_amount)
                        / nullif(coalesce(released.denominator, released.denominator_amount), 0)
            END, released.value
        ) AS exact_value
    FROM marts.metric_value AS released
    INNER JOIN reference.metric AS metric USING (metric_id)
    WHERE metric.has_spc
    WINDOW dated AS (PARTITION BY released.series_id ORDER BY released.period_start, released.period_end)
),

-- The declared date that each point stands after; an organisation's own row goes before the one for all.
dated AS (
    SELECT
        figure.series_id, figure.period_start, declared.rebase_date, declared.fix_after_n_points,
        row_number() OVER (
            PARTITION BY figure.series_id, figure.period_start, figure.period_end
            ORDER BY declared.rebase_date DESC, declared.organisation_code DESC
        ) AS recency
    FROM figure
    INNER JOIN reference.spc_rebase AS declared
        ON
            figure.metric_id = declared.metric_id
            AND declared.organisation_code IN ('', figure.organisation_code)
            AND declared.rebase_date <= figure.period_start
),

point AS (
    SELECT
        figure.*,
        rules.*,
        started.fix_after_n_points,
        dense_rank() OVER (
            PARTITION BY figure.series_id, rules.rule_set ORDER BY started.rebase_date NULLS FIRST
        ) - 1 AS rebase_group,
        max(figure.is_withheld) OVER chart AS has_withheld,
        max(figure.is_overlapping) OVER chart AS has_overlapping
    FROM figure
    CROSS JOIN reference.spc_rule_set AS rules
    LEFT JOIN (SELECT * FROM dated WHERE recency = 1) AS started USING (series_id, period_start)
    WHERE rules.is_used
    WINDOW chart AS (PARTITION BY figure.series_id, rules.rule_set)
),

usable AS (
    SELECT
        *,
        CASE WHEN has_withheld = 0 AND has_overlapping = 0 THEN exact_value END AS x,
        row_number() OVER (
            PARTITION BY series_id, rule_set, rebase_group ORDER BY period_start, period_end
        ) AS point_number
    FROM point
),

baseline AS (
    SELECT
        *,
        CASE WHEN point_number <= coalesce(fix_after_n_points, point_number) THEN x END AS baseline_x
    FROM usable
),

ranged AS (
    SELECT
        *,
        abs(baseline_x - lag(baseline_x) OVER ordered) AS moving_range,
        x - lag(x) OVER ordered AS change,
        avg(baseline_x) OVER rebased AS mean,
        count(x) OVER rebased AS point_count,
        1e-12 * max(abs(x)) OVER rebased AS hair
    FROM baseline
    WINDOW rebased AS (PARTITION BY series_id, rule_set, rebase_group),
        ordered AS (PARTITION BY series_id, rule_set, rebase_group ORDER BY point_number)
),

averaged AS (
    SELECT *, avg(moving_range) OVER (PARTITION BY series_id, rule_set, rebase_group) AS average_range
    FROM ranged
),

screened AS (
    SELECT
        *,
        avg(
            CASE
                WHEN coalesce(moving_range < screening_multiplier * average_range, screening_multiplier IS NULL)
                    THEN moving_range
            END
        ) OVER (PARTITION BY series_id, rule_set, rebase_group) AS kept_range
    FROM averaged
),

limited AS (
    SELECT
        *,
        CASE WHEN point_count >= minimum_points AND kept_range > hair THEN limit_multiplier * kept_range END AS reach
    FROM screened
),

placed AS (
    SELECT
        *,
        CASE WHEN abs(x - mean) <= hair THEN 0 ELSE CAST(sign(x - mean) AS BIGINT) END AS side,
        CASE WHEN abs(change) <= hair THEN 0 ELSE CAST(sign(change) AS BIGINT) END AS step,
        abs(x - mean) > reach + hair AS is_outside,
        abs(x - mean) > 2 * reach / 3 + hair AS is_beyond_near
    FROM limited
),

-- Points in a row on one side, or steps in a row in one direction, share their difference of row numbers.
numbered AS (
    SELECT
        *,
        CASE WHEN is_beyond_near AND (is_outside_close OR NOT is_outside) THEN 1 ELSE 0 END AS is_close,
        point_number - row_number() OVER (
            PARTITION BY series_id, rule_set, rebase_group, side ORDER BY point_number
        ) AS side_run,
        point_number - row_number() OVER (
            PARTITION BY series_id, rule_set, rebase_group, step ORDER BY point_number
        ) AS step_run
    FROM placed
),

counted AS (
    SELECT
        *,
        side <> 0 AND count(*) OVER (
            PARTITION BY series_id, rule_set, rebase_group, side, side_run
        ) >= shift_length AS is_shift,
        -- A trend of 7 points has 6 steps; the point before the first step is part of it.
        CASE
            WHEN
                step <> 0
                AND count(*) OVER (PARTITION BY series_id, rule_set, rebase_group, step, step_run) >= trend_length - 1
                THEN step
            ELSE 0
        END AS trend_before,
        CASE WHEN abs(sum(side) OVER three) = 3 AND sum(is_close) OVER three >= 2 THEN 1 ELSE 0 END AS ends_two_in_three
    FROM numbered
    WINDOW three AS (
        PARTITION BY series_id, rule_set, rebase_group ORDER BY point_number ROWS BETWEEN 2 PRECEDING AND CURRENT ROW
    )
),

hit AS (
    SELECT
        *,
        coalesce(
            lead(trend_before) OVER (PARTITION BY series_id, rule_set, rebase_group ORDER BY point_number), 0
        ) AS trend_after,
        is_close = 1 AND max(ends_two_in_three) OVER (
            PARTITION BY series_id, rule_set, rebase_group
            ORDER BY point_number
            ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING
        ) = 1 AS is_two_in_three
    FROM counted
),

-- Which way each rule points: 1 high, -1 low. Where improvement goes first, a rule that says concern gives way.
signed AS (
    SELECT
        *,
        trend_before <> 0 OR trend_after <> 0 AS is_trend,
        CASE
            WHEN
                is_improvement_first AND direction <> 0 AND (
                    direction IN (trend_before, trend_after)
                    OR (direction = side AND coalesce(is_outside OR is_two_in_three OR is_shift, FALSE))
                ) THEN direction
        END AS wanted
    FROM hit
),

directed AS (
    SELECT
        *,
        coalesce(side = wanted, TRUE) AS is_side_wanted,
        CASE
            WHEN wanted IN (trend_before, trend_after) THEN wanted
            WHEN wanted IS NOT NULL OR NOT is_trend THEN 0
            WHEN trend_after <> 0 THEN trend_after
            ELSE trend_before
        END AS trend
    FROM signed
),

judged AS (
    SELECT
        *,
        CASE
            WHEN is_outside AND is_side_wanted THEN CASE WHEN side = 1 THEN 'Above UCL' ELSE 'Below LCL' END
            WHEN trend <> 0
                THEN CAST(trend_length AS STRING) || ' Point Trend '
                    || CASE WHEN trend = 1 THEN '(Increasing)' ELSE '(Decreasing)' END
            WHEN is_two_in_three AND is_side_wanted THEN '2 in 3 ' || CASE WHEN side = 1 THEN 'Above CL' ELSE 'Below CL' END
            WHEN is_shift AND is_side_wanted
                THEN CAST(shift_length AS STRING) || ' Points ' || CASE WHEN side = 1 THEN 'Above CL' ELSE 'Below CL' END
            ELSE 'Common Cause'
        END AS special_cause_type
    FROM directed
),

typed AS (
    SELECT
        *,
        CASE
            WHEN special_cause_type = 'Common Cause' THEN 0
            WHEN special_cause_type LIKE '%Trend%' THEN trend
            ELSE side
        END AS cause,
        point_count >= greatest(minimum_points, 12) AS has_icons,
        period_start = max(CASE WHEN x IS NOT NULL THEN period_start END) OVER (PARTITION BY series_id, rule_set) AS is_last
    FROM judged
),

drawn AS (
    SELECT
        *,
        CASE WHEN reach IS NOT NULL THEN lowest END AS bottom,
        CASE WHEN reach IS NOT NULL THEN highest END AS top,
        CASE
            WHEN has_withheld = 1 OR has_overlapping = 1 THEN NULL
            WHEN cause = 0 THEN 'common_cause'
            WHEN direction = 0 THEN CASE WHEN cause = 1 THEN 'special_cause_neutral_high' ELSE 'special_cause_neutral_low' END
            WHEN cause = direction THEN 'special_cause_improvement'
            ELSE 'special_cause_concern'
        END AS point_type,
        CASE
            WHEN has_withheld = 1 OR has_overlapping = 1 OR NOT has_icons THEN NULL
            WHEN cause = 0 THEN 'common_cause'
            ELSE
                CASE direction WHEN 0 THEN 'neutral' WHEN cause THEN 'improvement' ELSE 'concern' END
                || CASE WHEN cause = 1 THEN '_high' ELSE '_low' END
        END AS icon,
        CASE
            WHEN direction = 0 OR target IS NULL OR reach IS NULL OR NOT has_icons THEN NULL
            WHEN abs(target - mean) <= reach + hair THEN 'inconsistent'
            WHEN sign(mean - target) = direction THEN 'consistent_pass'
            ELSE 'consistent_fail'
        END AS assurance
    FROM typed
)

SELECT
    series_id, metric_id, item_code, organisation_code, breakdown, category, period_start, period_end, value,
    rule_set, rebase_group,
    round(mean * scale) / scale + 0e0 AS mean,
    round(greatest(mean - reach, bottom) * scale) / scale + 0e0 AS lower_limit,
    round(least(mean + reach, top) * scale) / scale + 0e0 AS upper_limit,
    round(greatest(mean - 2 * reach / 3, bottom) * scale) / scale + 0e0 AS lower_near_limit,
    round(least(mean + 2 * reach / 3, top) * scale) / scale + 0e0 AS upper_near_limit,
    CASE
        WHEN reach IS NOT NULL
            THEN coalesce(mean - reach < bottom - hair, FALSE) OR coalesce(mean + reach > top + hair, FALSE)
    END AS is_limit_cut,
    side,
    is_outside,
    CASE WHEN mean IS NOT NULL THEN coalesce(is_shift, FALSE) END AS is_shift,
    CASE WHEN mean IS NOT NULL THEN is_trend END AS is_trend,
    CASE WHEN reach IS NOT NULL THEN is_two_in_three END AS is_two_in_three,
    CASE WHEN point_type IS NOT NULL THEN special_cause_type END AS special_cause_type,
    point_type,
    max(CASE WHEN is_last THEN icon END) OVER chart AS variation_icon,
    max(CASE WHEN is_last THEN assurance END) OVER chart AS assurance_icon,
    target,
    CASE
        WHEN has_withheld = 1 THEN 'no limits: a point of the series is withheld'
        WHEN has_overlapping = 1 THEN 'no limits: periods of the series overlap'
        WHEN point_count < minimum_points THEN 'no limits and no icon: fewer than ' || CAST(minimum_points AS STRING) || ' points'
        WHEN average_range IS NULL THEN 'no limits: no two points in a row'
        WHEN reach IS NULL THEN 'no limits: the points do not vary'
        WHEN NOT has_icons THEN 'provisional limits: fewer than 12 points, too few for an icon'
        ELSE ''
    END AS note
FROM drawn
WINDOW chart AS (PARTITION BY series_id, rule_set)
