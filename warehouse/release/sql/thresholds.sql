SELECT DISTINCT profile.threshold
FROM marts.metric_value AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.disclosure_profile AS profile USING (profile)
WHERE figure.status NOT IN ('shown', 'not_restated', 'not_available')
ORDER BY profile.threshold
