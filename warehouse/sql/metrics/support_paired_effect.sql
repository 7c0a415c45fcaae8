-- A person with a pair of scores whose follow-up was in the twelve months.
SELECT
    measure_code AS item_code, organisation_code, period_start, period_end, person_key, staff_group_code,
    programme_code, concern_code, support_level_code, setting_code, doctor_group_code, site_code,
    improvement AS numerator, baseline_score AS baseline_value
FROM core.support_person_pair
