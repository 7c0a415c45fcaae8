-- What becomes of the figures that a release stated just as they are now: the same are shown as before, since to show
-- others would give away what was hidden.
SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
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
    USING (release_id, metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
