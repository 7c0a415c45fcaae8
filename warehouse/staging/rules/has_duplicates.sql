-- Does any key stand more than once? Cheap, and most files end here. (Two keys of one hash only cost the next rule.)
SELECT EXISTS (SELECT 1 FROM {staged} GROUP BY hash({keys}) HAVING count(*) > 1)
