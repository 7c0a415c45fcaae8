-- Counts of people that exceed the count of which they should be a part.
SELECT row_number, 'reached_count' AS field, 'Referred' AS whole FROM staging.support_summary WHERE reached_count > referred_count
UNION ALL
SELECT row_number, 'engaged_count' AS field, 'Reached' AS whole FROM staging.support_summary WHERE engaged_count > reached_count
UNION ALL
SELECT row_number, 'completed_count' AS field, 'Engaged' AS whole FROM staging.support_summary WHERE completed_count > engaged_count
UNION ALL
SELECT row_number, 'pair_count' AS field, 'Baseline forms' AS whole FROM staging.support_summary WHERE pair_count > baseline_count
UNION ALL
SELECT row_number, 'improved_count' AS field, 'Pairs' AS whole FROM staging.support_summary WHERE improved_count > pair_count
