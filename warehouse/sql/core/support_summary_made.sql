-- Those referred in the twelve months to the period's end, and how far they came by then; and those with a baseline form
-- of those months, by their last pair, or else their last baseline. A case without an intervention is on programme
-- `none`, one with several on each.
WITH programme AS (
    SELECT
        support.submission_id,
        support.organisation_code,
        support.source,
        support.year_start_date AS period_start,
        support.period_end,
        support.case_key,
        support.person_key,
        coalesce(support.site_code, 'not_known') AS site_code,
        coalesce(given.programme_code, 'none') AS programme_code,
        support.referral_date BETWEEN support.year_start_date AND support.period_end AS is_referred,
        coalesce(support.triage_date, support.first_meeting_date) <= support.period_end AS is_reached,
        support.first_meeting_date <= support.period_end AS is_engaged,
        bool_or(given.is_completed AND coalesce(given.end_date <= support.period_end, TRUE)) AS is_completed
    FROM core.fct_support_case AS support
    LEFT JOIN core.fct_support_intervention AS given USING (submission_id, case_key)
    GROUP BY ALL
),

pair AS (
    SELECT
        programme.submission_id,
        programme.organisation_code,
        programme.source,
        programme.period_start,
        programme.period_end,
        programme.site_code,
        programme.programme_code,
        form.measure_code,
        form.follow_up_score - form.baseline_score AS change,
        form.improvement,
        form.baseline_score,
        CASE WHEN form.improvement IS NOT NULL THEN form.baseline_score END AS paired_score,
        row_number() OVER (
            PARTITION BY
                programme.submission_id, programme.site_code, programme.programme_code, form.measure_code,
                programme.person_key
            ORDER BY form.follow_up_date DESC NULLS LAST, form.baseline_date DESC, programme.case_key DESC
        ) AS recency
    FROM programme
    INNER JOIN core.fct_support_pair AS form USING (submission_id, case_key)
    WHERE form.baseline_date >= programme.period_start
),

spread AS (
    SELECT
        *,
        stddev_samp(paired_score) OVER (PARTITION BY submission_id, site_code, programme_code, measure_code) AS baseline_sd
    FROM pair
    WHERE recency = 1
)

SELECT
    submission_id, organisation_code, source, period_start, period_end, site_code, programme_code,
    'none' AS measure_code,
    count(DISTINCT person_key) AS referred_count,
    count(DISTINCT person_key) FILTER (WHERE is_reached) AS reached_count,
    count(DISTINCT person_key) FILTER (WHERE is_engaged) AS engaged_count,
    count(DISTINCT person_key) FILTER (WHERE is_engaged AND is_completed) AS completed_count,
    CAST(NULL AS BIGINT) AS baseline_count,
    CAST(NULL AS BIGINT) AS pair_count,
    CAST(NULL AS DOUBLE) AS mean_change,
    CAST(NULL AS DOUBLE) AS change_sd,
    CAST(NULL AS DOUBLE) AS baseline_sd,
    CAST(NULL AS BIGINT) AS improved_count
FROM programme
WHERE is_referred
GROUP BY ALL
UNION ALL
SELECT
    submission_id, organisation_code, source, period_start, period_end, site_code, programme_code, measure_code,
    NULL, NULL, NULL, NULL,
    count(*),
    count(change),
    avg(change),
    stddev_samp(change),
    max(baseline_sd),
    count(*) FILTER (WHERE improvement + 1e-9 >= 0.8e0 * baseline_sd)
FROM spread
GROUP BY ALL
