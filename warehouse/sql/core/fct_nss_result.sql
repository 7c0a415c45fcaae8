-- A file may hold several years: a row is for its own.
SELECT
    submission_id,
    make_date(survey_year, 1, 1) AS period_start,
    make_date(survey_year, 12, 31) AS period_end,
    organisation_code,
    survey_year,
    measure_code,
    organisation_name,
    benchmarking_group,
    region_name,
    weighting,
    base_count,
    value_pct,
    weighting IS NOT NULL AND weighting <> 'Unweighted' AS is_weighted
FROM staging.nss_benchmark
