-- Mean changes that are larger than the whole range of their measure.
SELECT
    summary.row_number,
    'mean_change' AS field,
    'a change in ' || named.label AS scale,
    measure.minimum - measure.maximum AS minimum,
    measure.maximum - measure.minimum AS maximum
FROM staging.support_summary AS summary
INNER JOIN reference.support_measure AS measure USING (measure_code)
INNER JOIN reference.codelist AS named ON summary.measure_code = named.code AND named.codelist = 'support_measure'
WHERE abs(summary.mean_change) > measure.maximum - measure.minimum
