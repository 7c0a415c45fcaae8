-- Scores outside the range of their measure, where one is declared.
SELECT measurement.row_number, 'score' AS field, named.label AS scale, measure.minimum, measure.maximum
FROM staging.support_measurement AS measurement
INNER JOIN reference.support_measure AS measure USING (measure_code)
INNER JOIN reference.codelist AS named
    ON measurement.measure_code = named.code AND named.codelist = 'support_measure'
WHERE measurement.score < measure.minimum OR measurement.score > measure.maximum
