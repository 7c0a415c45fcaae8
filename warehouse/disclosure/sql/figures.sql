-- The figures to decide on, in their order, beside those of the same people that were decided as before (known_rule); of
-- those, only the ones in print matter.
SELECT metric.counted_with, risk.*, before.rule AS known_rule
FROM core.figure_risk AS risk
INNER JOIN reference.metric AS metric ON risk.metric_id = metric.metric_id
SEMI JOIN temp.open_series AS open
    ON metric.counted_with = open.counted_with AND risk.organisation_code = open.organisation_code
LEFT JOIN temp.known_decision AS before
    ON
        risk.metric_id = before.metric_id
        AND risk.item_code = before.item_code
        AND risk.organisation_code = before.organisation_code
        AND risk.period_start = before.period_start
        AND risk.period_end = before.period_end
        AND risk.breakdown = before.breakdown
        AND risk.category = before.category
ORDER BY
    metric.counted_with, risk.organisation_code, risk.period_start, risk.period_end, risk.metric_id, risk.item_code,
    risk.breakdown, risk.category
