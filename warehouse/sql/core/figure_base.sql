-- Sums and people behind every figure. A unit without a person is a counted group: its people are its denominator.
-- One unit whose population has not come leaves the whole base unknown, never a smaller one.
-- A person without a category is in `all` only.
WITH figure AS (
    SELECT
        metric_id,
        item_code,
        organisation_code,
        period_start,
        period_end,
        CASE
            WHEN grouping(staff_group_code) = 0 THEN 'staff_group'
            WHEN grouping(contract_type_code) = 0 THEN 'contract_type'
            ELSE 'all'
        END AS breakdown,
        CASE
            WHEN grouping(staff_group_code) = 0 THEN staff_group_code
            WHEN grouping(contract_type_code) = 0 THEN contract_type_code
            ELSE 'all'
        END AS category,
        sum(numerator) AS numerator,
        CASE WHEN count(*) = count(denominator) THEN sum(denominator) END AS denominator,
        count(DISTINCT person_key) AS person_count,
        sum(denominator) FILTER (WHERE person_key IS NULL) AS group_people_count,
        count(DISTINCT person_key) FILTER (WHERE numerator <> 0) AS numerator_person_count,
        sum(numerator) FILTER (WHERE person_key IS NULL) AS group_numerator_count,
        count(*) AS row_count
    FROM core.metric_unit
    GROUP BY GROUPING SETS (
        (metric_id, item_code, organisation_code, period_start, period_end),
        (metric_id, item_code, organisation_code, period_start, period_end, staff_group_code),
        (metric_id, item_code, organisation_code, period_start, period_end, contract_type_code)
    )
)

SELECT
    metric_id,
    item_code,
    organisation_code,
    period_start,
    period_end,
    breakdown,
    category,
    numerator,
    denominator,
    person_count + CAST(round(coalesce(group_people_count, 0)) AS BIGINT) AS people_count,
    numerator_person_count + CAST(round(coalesce(group_numerator_count, 0)) AS BIGINT) AS numerator_people_count,
    row_count
FROM figure
WHERE breakdown = 'all' OR category <> 'all'
