-- What becomes of the figures that a release stated just as they are now: the same are shown as before, since to show
-- others would give away what was hidden.
SELECT
    risk.metric_id, risk.item_code, risk.organisation_code, risk.period_start, risk.period_end, risk.breakdown,
    risk.category,
    CASE
        WHEN released.status IS NULL THEN 'coarsened'
        WHEN risk.reason <> '' THEN risk.reason
        WHEN released.status IN ('shown', 'not_restated') AND released.people_count IS NULL THEN 'counts'
        WHEN released.status IN ('shown', 'not_restated') THEN ''
        ELSE 'as_before'
    END AS rule,
    '' AS method
FROM core.figure_risk AS risk
INNER JOIN core.same_family AS same USING (metric_id, organisation_code, period_start, period_end)
LEFT JOIN audit.released_figure AS released
    ON
        same.release_id = released.release_id
        AND risk.metric_id = released.metric_id
        AND risk.item_code = released.item_code
        AND risk.organisation_code = released.organisation_code
        AND risk.period_start = released.period_start
        AND risk.period_end = released.period_end
        AND risk.breakdown = released.breakdown
        AND risk.category = released.category
