-- A line of the site's record, up to the period's end: once for its site, and once for its programme. The item is
-- context, mechanism and outcome.
SELECT
    seen.context_code || ' ' || seen.mechanism_code || ' ' || seen.outcome_code AS item_code,
    seen.organisation_code, seen.period_start, seen.period_end, seen.site_code AS person_key,
    CASE WHEN part.is_of_programme THEN seen.programme_code END AS programme_code,
    seen.site_code, seen.site_type_code, seen.evidence_strength_code,
    CAST(seen.observation_count AS DOUBLE) AS numerator,
    CAST(seen.observation_count AS DOUBLE) AS denominator
FROM core.fct_adoption_configuration AS seen
CROSS JOIN (VALUES (TRUE), (FALSE)) AS part (is_of_programme)
WHERE seen.observed_date <= seen.period_end
