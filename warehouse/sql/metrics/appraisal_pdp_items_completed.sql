-- A person's last plan of the year to date that gives both counts, where items were due; no more of them can be complete.
WITH plan AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY organisation_code, period_end, person_key
            ORDER BY coalesce(signed_off_date, due_date) DESC, due_date DESC, appraisal_key DESC, source DESC
        ) AS recency
    FROM core.fct_appraisal
    WHERE
        coalesce(signed_off_date, due_date) BETWEEN april_date AND period_end
        AND research_pdp_due_count IS NOT NULL
        AND research_pdp_complete_count IS NOT NULL
)

SELECT
    organisation_code, april_date AS period_start, period_end, person_key, staff_group_code,
    CAST(least(research_pdp_complete_count, research_pdp_due_count) AS DOUBLE) AS numerator,
    CAST(research_pdp_due_count AS DOUBLE) AS denominator
FROM plan
WHERE recency = 1 AND research_pdp_due_count > 0
