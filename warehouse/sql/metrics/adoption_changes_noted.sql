-- A line of the site's record, up to the period's end.
SELECT
    change_code AS item_code, organisation_code, period_start, period_end, site_code AS person_key, site_code,
    site_type_code,
    CAST(change_count AS DOUBLE) AS numerator,
    CAST(change_count AS DOUBLE) AS denominator
FROM core.fct_adoption_change
WHERE noted_date <= period_end
