-- Files by slot and state. Rows may be people: from 1 to the threshold less 1 they are withheld. The rows of a file that
-- another replaced would tell, beside those of the other, who was added: only what is loaded shows its rows, to the
-- nearest 10, so that a release beside the one before it does not tell either.
WITH counted AS (
    SELECT
        organisation_code,
        dataset,
        shown_source AS source,
        period_start,
        period_end,
        state_code,
        count(*) AS submission_count,
        max(landed_at) AS last_landed_at,
        sum(CASE WHEN state_code = 'loaded' THEN row_count END) AS row_count
    FROM audit.submission_state
    GROUP BY ALL
),

tested AS (
    SELECT
        counted.*,
        CASE
            WHEN counted.row_count IS NULL THEN 'not_available'
            WHEN counted.row_count BETWEEN 1 AND profile.threshold - 1 THEN 'suppressed'
            ELSE 'shown'
        END AS status
    FROM counted
    INNER JOIN reference.disclosure_profile AS profile ON profile.profile = 'staff_survey'
)

SELECT
    organisation_code,
    dataset,
    source,
    period_start,
    period_end,
    state_code,
    submission_count,
    last_landed_at,
    CASE WHEN status = 'shown' THEN CAST(round(row_count / 10e0) * 10 AS BIGINT) END AS row_count,
    status
FROM tested
