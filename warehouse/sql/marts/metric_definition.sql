SELECT
    metric_id,
    title,
    definition,
    statistic,
    unit,
    direction,
    counts,
    quantile_type,
    evidence,
    profile,
    has_spc,
    target,
    warning
FROM reference.metric
