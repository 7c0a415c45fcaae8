-- The families (the metrics that are counted together, of an organisation and period) that a release stated just as they
-- are now, with the latest one that did: what people add to all of their figures, shown or not, is the same. Rows are
-- compared by their number and the sum of their hashes. A row for each metric of the family.
WITH present AS (
    SELECT
        metric.counted_with, part.organisation_code, part.period_start, part.period_end, count(*) AS line_count,
        sum(hash(hash(
            part.metric_id, item_code, breakdown, category, part.numerator, denominator, baseline_value, square, unit_count,
            people_count
        ))) AS says
    FROM core.figure_contribution AS part
    INNER JOIN reference.metric AS metric USING (metric_id)
    GROUP BY metric.counted_with, part.organisation_code, part.period_start, part.period_end
),

stated AS (
    SELECT
        metric.counted_with, part.organisation_code, part.period_start, part.period_end, part.release_id,
        count(*) AS line_count,
        sum(hash(hash(
            part.metric_id, item_code, breakdown, category, part.numerator, denominator, baseline_value, square, unit_count,
            people_count
        ))) AS says
    FROM audit.stated_contribution AS part
    INNER JOIN reference.metric AS metric USING (metric_id)
    GROUP BY metric.counted_with, part.organisation_code, part.period_start, part.period_end, part.release_id
),

same AS (
    SELECT
        counted_with, organisation_code, period_start, period_end,
        max_by(stated.release_id, coalesce(release.release_number, 0)) AS release_id
    FROM stated
    INNER JOIN present USING (counted_with, organisation_code, period_start, period_end, line_count, says)
    LEFT JOIN audit.release AS release ON stated.release_id = release.release_id
    GROUP BY counted_with, organisation_code, period_start, period_end
)

SELECT metric.metric_id, same.organisation_code, same.period_start, same.period_end, same.release_id
FROM same
INNER JOIN reference.metric AS metric USING (counted_with)
