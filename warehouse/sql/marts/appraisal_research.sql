-- Appraisals done and missed, and research in them.
SELECT
    figure.*,
    definition.title,
    definition.unit,
    definition.direction
FROM marts.metric_value AS figure
INNER JOIN marts.metric_definition AS definition USING (metric_id)
WHERE figure.metric_id IN ('A01', 'A01Y', 'A02', 'A02U', 'A03', 'A04', 'A05')
