SELECT
    figure.period_key,
    figure.period_kind,
    coalesce(kind.label, figure.period_kind) AS period_kind_label,
    figure.period_start,
    figure.period_end,
    figure.period_label,
    figure.period_order
FROM (
    SELECT DISTINCT period_key, period_kind, period_start, period_end, period_label, period_order
    FROM marts.dashboard_figure
) AS figure
LEFT JOIN reference.codelist AS kind ON kind.codelist = 'period_kind' AND figure.period_kind = kind.code
