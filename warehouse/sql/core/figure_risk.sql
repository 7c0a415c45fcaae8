-- Primary disclosure control: which figures may not be shown even if they stood alone.
--   base, numerator, complement   from 1 to the threshold less 1 people
--   class      nobody or everybody counts, or all answers are equal: then each of them is known
--   dominance  PAs and hours: the two largest add more than 90 % (n, k rule 2, 0.90), or the rest is less than 10 %
--              of the largest (p % rule); Hundepool et al. 2012, Statistical Disclosure Control, on magnitude tables
-- `not_available`: its population has not come. `no_value`: of people enough, but nothing can be reckoned from them.
-- A margin is how far the sum must stay from being known: by how much it falls short of the rule.
WITH largest AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
        max(numerator) AS numerator_first,
        max(denominator) AS denominator_first,
        count(DISTINCT CASE WHEN unit_count > 0 THEN numerator END) AS answer_count
    FROM core.figure_contribution
    GROUP BY ALL
),

dominating AS (
    SELECT
        metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
        max(largest.numerator_first) AS numerator_first,
        max(largest.denominator_first) AS denominator_first,
        max(largest.answer_count) AS answer_count,
        CASE
            WHEN sum(CASE WHEN part.numerator = largest.numerator_first THEN part.people_count END) > 1
                THEN max(largest.numerator_first)
            ELSE coalesce(max(CASE WHEN part.numerator < largest.numerator_first THEN part.numerator END), 0e0)
        END AS numerator_second,
        CASE
            WHEN sum(CASE WHEN part.denominator = largest.denominator_first THEN part.people_count END) > 1
                THEN max(largest.denominator_first)
            ELSE coalesce(max(CASE WHEN part.denominator < largest.denominator_first THEN part.denominator END), 0e0)
        END AS denominator_second
    FROM core.figure_contribution AS part
    INNER JOIN largest USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
    GROUP BY ALL
),

measured AS (
    SELECT
        figure.*,
        profile.threshold,
        profile.hides_classes,
        metric.statistic IN ('proportion', 'ratio') AS is_share,
        metric.statistic IN ('proportion', 'ratio') AND metric.counts = 'people' AND profile.tests_complement
            AS is_complement_counted,
        metric.statistic = 'median' AS is_median,
        metric.statistic IN ('mean', 'median', 'effect_size') AND dominating.answer_count = 1 AS is_one_answer,
        profile.threshold > 0 AND metric.counts IN ('pas', 'hours') AND metric.statistic = 'ratio' AS is_sum,
        metric.sum_name != '' AS is_added_to,
        dominating.numerator_first,
        greatest(
            profile.p_pct / 100e0 * numerator_first - (figure.numerator - numerator_first - numerator_second),
            100e0 / profile.dominance_pct * (numerator_first + numerator_second) - figure.numerator
        ) AS numerator_shortfall,
        greatest(
            profile.p_pct / 100e0 * denominator_first - (figure.denominator - denominator_first - denominator_second),
            100e0 / profile.dominance_pct * (denominator_first + denominator_second) - figure.denominator
        ) AS denominator_shortfall
    FROM core.metric_figure AS figure
    INNER JOIN reference.metric AS metric USING (metric_id)
    INNER JOIN reference.disclosure_profile AS profile USING (profile)
    LEFT JOIN dominating USING (metric_id, item_code, organisation_code, period_start, period_end, breakdown, category)
),

judged AS (
    SELECT
        *,
        CASE
            WHEN denominator IS NULL THEN 'not_available'
            WHEN people_count < threshold THEN 'base'
            WHEN is_share AND numerator_people_count BETWEEN 1 AND threshold - 1 THEN 'numerator'
            WHEN is_complement_counted AND people_count - numerator_people_count BETWEEN 1 AND threshold - 1
                THEN 'complement'
            WHEN hides_classes AND ((is_share AND numerator IN (0, denominator)) OR is_one_answer) THEN 'class'
            WHEN is_sum AND greatest(numerator_shortfall, denominator_shortfall) > 1e-9 THEN 'dominance'
            WHEN value IS NULL THEN 'no_value'
            ELSE ''
        END AS reason
    FROM measured
)

SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category, threshold, people_count,
    numerator_people_count,
    -- A share has its numerator and its base in print; in some, those not in the numerator are people too.
    is_share, is_complement_counted, is_median,
    -- Sums of PAs or hours, or to which other figures add up, and how far each must stay from being known, for the two largest to be safe.
    CASE WHEN is_sum OR is_added_to THEN numerator END AS numerator,
    CASE WHEN is_sum THEN denominator END AS denominator,
    -- Of one that is added to others and is unsafe, by its largest part at the least; by 1 where it has none.
    CASE
        WHEN is_sum AND is_added_to AND reason NOT IN ('', 'no_value')
            THEN greatest(numerator_shortfall, numerator_first, 1e0)
        WHEN is_sum AND numerator_shortfall > 1e-9 THEN numerator_shortfall
    END AS numerator_margin,
    CASE WHEN is_sum AND denominator_shortfall > 1e-9 THEN denominator_shortfall END AS denominator_margin,
    reason
FROM judged
