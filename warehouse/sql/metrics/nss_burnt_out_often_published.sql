-- A published figure. It is weighted and cannot be made again from counts, so the numerator carries the percentage:
-- the figure of a `published` metric has it for value, no numerator, and the published base for denominator.
SELECT
    organisation_code, period_start, period_end, benchmarking_group AS benchmarking_group_code,
    weighting AS weighting_code, value_pct AS numerator,
    CAST(base_count AS DOUBLE) AS denominator
FROM core.fct_nss_result
WHERE measure_code = 'burnt_out_often' AND value_pct IS NOT NULL
