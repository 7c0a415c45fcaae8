SELECT DISTINCT profile.threshold
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric ON figure.metric_id = metric.metric_id
INNER JOIN reference.disclosure_profile AS profile ON metric.profile = profile.profile
WHERE figure.status NOT IN ('shown', 'rounded', 'not_restated', 'not_available')
ORDER BY profile.threshold
