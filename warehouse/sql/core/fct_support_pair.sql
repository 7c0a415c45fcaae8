-- A follow-up counts from the day of its baseline on, and up to the period's end.
WITH form AS (
    SELECT
        support.submission_id,
        support.organisation_code,
        support.source,
        support.period_start,
        support.period_end,
        support.case_key,
        support.person_key,
        support.year_start_date,
        measured.measure_code,
        measured.stage_code,
        measured.measured_date,
        measured.score
    FROM staging.support_measurement AS measured
    INNER JOIN core.fct_support_case AS support USING (submission_id, case_key)
    WHERE measured.measured_date <= support.period_end
)

SELECT
    before.submission_id,
    before.organisation_code,
    before.source,
    before.period_start,
    before.period_end,
    before.case_key,
    before.person_key,
    before.measure_code,
    before.measured_date AS baseline_date,
    before.score AS baseline_score,
    later.measured_date AS follow_up_date,
    later.score AS follow_up_score,
    measure.direction * (later.score - before.score) AS improvement,
    before.year_start_date
FROM form AS before
INNER JOIN reference.support_measure AS measure
    ON before.measure_code = measure.measure_code AND measure.direction <> 0
LEFT JOIN form AS later
    ON
        before.submission_id = later.submission_id
        AND before.case_key = later.case_key
        AND before.measure_code = later.measure_code
        AND later.stage_code = 'follow_up'
        AND before.measured_date <= later.measured_date
WHERE before.stage_code = 'baseline'
