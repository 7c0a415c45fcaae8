-- Rows of a plan, case or the like that names two people. One registration in every row is one person, whatever the
-- employee numbers: people hold several.
SELECT row_number
FROM {staged}
WHERE {thing} IN (
    SELECT {thing}
    FROM {staged}
    WHERE hash({thing}) IN ({suspects})
    GROUP BY {thing}
    HAVING
        count(DISTINCT {registration_key}) > 1
        OR (count(DISTINCT {employee_key}) > 1 AND count({registration_key}) < count(*))
)
