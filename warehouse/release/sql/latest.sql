-- Each organisation's latest figures beside the last ones before them, where both are in print and differ; of each
-- organisation the largest difference first, in points of a percentage or as a share of the value before.
-- As on the dashboards, one that stands as an earlier release had it is not compared, nor two across a series break.
WITH shown AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY metric_id, organisation_code, period_kind ORDER BY period_end DESC, period_start DESC
        ) AS nth,
        row_number() OVER (
            PARTITION BY series_id, period_kind, status ORDER BY period_end DESC, period_start DESC
        ) AS nth_of_series
    FROM marts.dashboard_figure
    WHERE breakdown = 'all' AND item_code = 'none' AND status IN ('shown', 'not_restated') AND value IS NOT NULL
),

paired AS (
    SELECT
        here.organisation_code,
        here.metric_title,
        here.unit,
        here.decimals,
        here.direction_label,
        former.period_label AS period_before,
        former.value AS value_before,
        here.period_label AS period_now,
        here.value AS value_now,
        CASE
            WHEN here.unit = '%' THEN abs(here.value - former.value)
            ELSE 100 * abs(here.value - former.value) / greatest(abs(former.value), 0.0001)
        END AS difference
    FROM shown AS here
    INNER JOIN shown AS former
        ON
            here.series_id = former.series_id
            AND here.period_kind = former.period_kind
            AND here.status = former.status
            AND here.nth = 1
            AND former.nth_of_series = 2
    WHERE
        here.value <> former.value
        AND here.status = 'shown'
        AND (here.period_kind <> 'year_to_date' OR here.period_start = former.period_start)
)

SELECT *
FROM paired
ORDER BY organisation_code, difference DESC, metric_title
