-- Does any key stand more than once? Cheap, and most files end here.
SELECT EXISTS (SELECT 1 FROM {staged} GROUP BY {keys} HAVING count(*) > 1)
