-- A counted unit once for `all` and once for each declared breakdown in which it has a category.
-- Programmes and concerns overlap: a unit that names one stands for that breakdown and its crosses alone, so that `all`
-- counts no one twice.
-- A person's profession is what their own row says, else the workforce of the same month; one that is none of the staff
-- group that they count in, or that nobody says, is no category: so professions never add up to more than their group.
WITH parted AS (
    SELECT
        unit.*,
        part.breakdown,
        CASE part.breakdown
            WHEN 'all' THEN 'all'
            WHEN 'staff_group' THEN nullif(unit.staff_group_code, 'all')
            WHEN 'profession' THEN profession.code
            WHEN 'sex' THEN coalesce(unit.sex_code, person.sex_code)
            WHEN 'ethnicity_group' THEN coalesce(unit.ethnicity_group_code, person.ethnicity_group_code)
            WHEN 'qualification_place' THEN coalesce(unit.qualification_place_code, person.qualification_place_code)
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
            WHEN 'research_funded' THEN unit.research_funded_code
            WHEN 'funder' THEN unit.funder_code
            WHEN 'amount_band' THEN unit.amount_band_code
            WHEN 'benchmarking_group' THEN unit.benchmarking_group_code
            WHEN 'weighting' THEN unit.weighting_code
            WHEN 'staff_group x research_active'
                THEN nullif(unit.staff_group_code, 'all') || ' x ' || unit.research_active_code
            WHEN 'programme x doctor_group' THEN unit.programme_code || ' x ' || unit.doctor_group_code
            WHEN 'programme x setting' THEN unit.programme_code || ' x ' || unit.setting_code
            WHEN 'programme x site' THEN unit.programme_code || ' x ' || unit.site_code
        END AS category,
        unit.programme_code IS NOT NULL OR unit.concern_code IS NOT NULL AS is_overlapping
    FROM core.metric_unit AS unit
    INNER JOIN reference.metric_breakdown AS part USING (metric_id)
    LEFT JOIN reference.staff_group_wide AS wide USING (staff_group_code)
    LEFT JOIN core.person_group AS person
        ON
            unit.organisation_code = person.organisation_code
            AND unit.period_end = person.period_end
            -- As a key: a condition on one side alone would compare every row with every other.
            AND CASE WHEN part.breakdown IN ('profession', 'sex', 'ethnicity_group', 'qualification_place')
                THEN unit.person_key END = person.person_key
    LEFT JOIN reference.codelist AS profession
        ON
            profession.codelist = 'profession'
            AND unit.staff_group_code = profession.wider_code
            AND coalesce(unit.profession_code, person.profession_code) = profession.code
)

SELECT
    metric_id, item_code, organisation_code, period_start, period_end, breakdown, category,
    person_key, numerator, denominator, baseline_value
FROM parted
WHERE category IS NOT NULL AND is_overlapping = (split_part(breakdown, ' x ', 1) IN ('programme', 'concern'))
