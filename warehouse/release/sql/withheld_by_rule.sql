-- Figures stated anew, or as before, by the rule that withholds them ('' for none) and how that was found.
SELECT rule, method, count(*) AS figure_count
FROM core.figure_decision
GROUP BY rule, method
ORDER BY rule, method
