-- The figures to decide on, in their order, beside those of their metric and organisation that were decided as before
-- (known_rule); of those, only the ones in print matter.
SELECT risk.*, before.rule AS known_rule
FROM core.figure_risk AS risk
SEMI JOIN temp.open_series USING (metric_id, organisation_code)
LEFT JOIN temp.known_decision AS before
    USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
ORDER BY metric_id, organisation_code, period_start, period_end, item_code, breakdown, category
