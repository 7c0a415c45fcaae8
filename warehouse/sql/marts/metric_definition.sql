SELECT
    metric_id,
    title,
    definition,
    statistic,
    unit,
    period_kind,
    decimals,
    direction,
    counts,
    quantile_type,
    evidence,
    profile,
    has_spc,
    target,
    warning
FROM reference.metric
