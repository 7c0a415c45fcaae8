-- The families that a release stated just as they are now, with the latest one that did: what people add to all of
-- their figures, shown or not, is the same. Rows are compared by their number and the sum of their hashes.
WITH present AS (
    SELECT
        metric_id, organisation_code, period_start, period_end, count(*) AS line_count,
        sum(hash(hash(
            item_code, breakdown, category, numerator, denominator, baseline_value, square, unit_count, people_count
        ))) AS says
    FROM core.figure_contribution
    GROUP BY metric_id, organisation_code, period_start, period_end
),

stated AS (
    SELECT
        metric_id, organisation_code, period_start, period_end, release_id, count(*) AS line_count,
        sum(hash(hash(
            item_code, breakdown, category, numerator, denominator, baseline_value, square, unit_count, people_count
        ))) AS says
    FROM audit.stated_contribution
    GROUP BY metric_id, organisation_code, period_start, period_end, release_id
)

SELECT
    metric_id, organisation_code, period_start, period_end,
    max_by(stated.release_id, coalesce(release.release_number, 0)) AS release_id
FROM stated
INNER JOIN present USING (metric_id, organisation_code, period_start, period_end, line_count, says)
LEFT JOIN audit.release AS release ON stated.release_id = release.release_id
GROUP BY metric_id, organisation_code, period_start, period_end
