-- The figures to decide on, in their order, beside those of the same people that were decided as before (known_rule); of
-- those, only the ones in print matter.
SELECT metric.counted_with, risk.*, before.rule AS known_rule
FROM core.figure_risk AS risk
INNER JOIN reference.metric AS metric USING (metric_id)
SEMI JOIN temp.open_series AS open USING (counted_with, organisation_code)
LEFT JOIN temp.known_decision AS before
    USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
ORDER BY counted_with, organisation_code, period_start, period_end, metric_id, item_code, breakdown, category
