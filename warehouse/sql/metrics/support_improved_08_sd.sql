-- A person with a pair of scores whose follow-up was in the twelve months. 1e-9 is for the last digits of sums.
SELECT
    measure_code AS item_code, organisation_code, period_start, period_end, person_key, staff_group_code,
    programme_code, concern_code, support_level_code, setting_code, doctor_group_code, site_code,
    CASE WHEN improvement + 1e-9 >= threshold THEN 1e0 ELSE 0e0 END AS numerator
FROM core.support_person_pair
WHERE threshold > 0
