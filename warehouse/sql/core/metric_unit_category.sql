-- A counted unit once for `all` and once for each declared breakdown in which it has a category.
-- Programmes and concerns overlap: a unit that names one stands for that breakdown alone, so that `all` counts no one
-- twice.
WITH parted AS (
    SELECT
        unit.*,
        part.breakdown,
        CASE part.breakdown
            WHEN 'all' THEN 'all'
            WHEN 'staff_group' THEN nullif(unit.staff_group_code, 'all')
            WHEN 'staff_group_wide' THEN wide.staff_group_wide_code
            WHEN 'contract_type' THEN unit.contract_type_code
            WHEN 'programme' THEN unit.programme_code
            WHEN 'concern' THEN unit.concern_code
            WHEN 'support_level' THEN unit.support_level_code
            WHEN 'setting' THEN unit.setting_code
            WHEN 'doctor_group' THEN unit.doctor_group_code
            WHEN 'site' THEN unit.site_code
            WHEN 'site_type' THEN unit.site_type_code
            WHEN 'strategy' THEN unit.strategy_code
            WHEN 'evidence_strength' THEN unit.evidence_strength_code
            WHEN 'research_active' THEN unit.research_active_code
            WHEN 'funder' THEN unit.funder_code
            WHEN 'amount_band' THEN unit.amount_band_code
            WHEN 'benchmarking_group' THEN unit.benchmarking_group_code
            WHEN 'weighting' THEN unit.weighting_code
            WHEN 'staff_group x research_active'
                THEN nullif(unit.staff_group_code, 'all') || ' x ' || unit.research_active_code
        END AS category,
        unit.programme_code IS NOT NULL OR unit.concern_code IS NOT NULL AS is_overlapping
    FROM core.metric_unit AS unit
    INNER JOIN reference.metric_breakdown AS part USING (metric_id)
    LEFT JOIN reference.staff_group_wide AS wide USING (staff_group_code)
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    breakdown,
    category,
    person_key,
    numerator,
    denominator,
    baseline_value
FROM parted
WHERE category IS NOT NULL AND is_overlapping = (breakdown IN ('programme', 'concern'))
