-- Research-active beside other staff, and their difference.
-- Its interval is made from the two sides' own (MOVER: Zou and Donner 2008 doi 10.1002/sim.3095), which for shares is
-- Newcombe's method 10 (1998 doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
-- Both are made from the figures in print, and rounded as those are.
-- Standardised: the mean of the differences of the staff groups that show both sides, each by its people on both.
WITH sided AS (
    SELECT
        *,
        CASE WHEN breakdown = 'research_active' THEN '' ELSE split_part(category, ' x ', 1) END AS staff_group_code,
        CASE WHEN breakdown = 'research_active' THEN category ELSE split_part(category, ' x ', 2) END AS side
    FROM marts.metric_value
    WHERE breakdown IN ('research_active', 'staff_group x research_active')
),

compared AS (
    SELECT
        metric_id,
        item_code,
        organisation_code,
        period_start,
        period_end,
        period_kind,
        staff_group_code,
        max(CASE WHEN side = 'yes' THEN value END) AS active_value,
        max(CASE WHEN side = 'yes' THEN interval_low END) AS active_interval_low,
        max(CASE WHEN side = 'yes' THEN interval_high END) AS active_interval_high,
        max(CASE WHEN side = 'yes' THEN people_count END) AS active_people_count,
        max(CASE WHEN side = 'yes' THEN status END) AS active_status,
        max(CASE WHEN side = 'no' THEN value END) AS other_value,
        max(CASE WHEN side = 'no' THEN interval_low END) AS other_interval_low,
        max(CASE WHEN side = 'no' THEN interval_high END) AS other_interval_high,
        max(CASE WHEN side = 'no' THEN people_count END) AS other_people_count,
        max(CASE WHEN side = 'no' THEN status END) AS other_status,
        max(interval_method) AS interval_method
    FROM sided
    GROUP BY ALL
),

-- How far the difference reaches down and up, squared.
reaching AS (
    SELECT
        *,
        active_value - other_value AS difference,
        power(active_value - active_interval_low, 2) + power(other_interval_high - other_value, 2) AS down,
        power(active_interval_high - active_value, 2) + power(other_value - other_interval_low, 2) AS up,
        CAST(active_people_count + other_people_count AS DOUBLE) AS weight
    FROM compared
),

standardised AS (
    SELECT
        metric_id,
        item_code,
        organisation_code,
        period_start,
        period_end,
        sum(weight * difference) / sum(weight) AS difference,
        CASE WHEN count(down) = count(*) THEN sqrt(sum(weight * weight * down)) / sum(weight) END AS reach_down,
        CASE WHEN count(up) = count(*) THEN sqrt(sum(weight * weight * up)) / sum(weight) END AS reach_up,
        CAST(sum(weight) AS BIGINT) AS people_count,
        count(*) AS group_count
    FROM reaching
    WHERE staff_group_code <> '' AND difference IS NOT NULL
    GROUP BY ALL
),

defined AS (
    SELECT *, power(10e0, decimals) AS scale, 1.000000000001e0 * power(10e0, decimals) AS rounded_from
    FROM marts.metric_definition
),

latest AS (
    SELECT
        compared.organisation_code,
        compared.period_end,
        max(published.period_end) AS published_period_end
    FROM compared
    INNER JOIN marts.metric_value AS published
        ON compared.organisation_code = published.organisation_code AND published.period_end <= compared.period_end
    WHERE published.metric_id = 'nss_burnt_out_often_published' AND published.breakdown = 'all'
    GROUP BY compared.organisation_code, compared.period_end
)

SELECT
    crude.metric_id,
    crude.item_code,
    crude.organisation_code,
    crude.period_start,
    crude.period_end,
    crude.period_kind,
    definition.title,
    definition.unit,
    definition.direction,
    CASE WHEN crude.metric_id LIKE 'workforce_left%' THEN 'job_plan' ELSE 'survey' END AS research_active_by,
    crude.active_value,
    crude.active_interval_low,
    crude.active_interval_high,
    crude.active_people_count,
    crude.active_status,
    crude.other_value,
    crude.other_interval_low,
    crude.other_interval_high,
    crude.other_people_count,
    crude.other_status,
    round(crude.difference * rounded_from) / scale + 0e0 AS difference,
    round((crude.difference - sqrt(crude.down)) * rounded_from) / scale + 0e0 AS difference_low,
    round((crude.difference + sqrt(crude.up)) * rounded_from) / scale + 0e0 AS difference_high,
    round(standardised.difference * rounded_from) / scale + 0e0 AS standardised_difference,
    round((standardised.difference - standardised.reach_down) * rounded_from) / scale + 0e0 AS standardised_low,
    round((standardised.difference + standardised.reach_up) * rounded_from) / scale + 0e0 AS standardised_high,
    standardised.people_count AS standardised_people_count,
    standardised.group_count AS standardised_group_count,
    CASE
        WHEN crude.interval_method LIKE 'none%' THEN crude.interval_method
        WHEN crude.down IS NULL THEN 'none: a side is not shown'
        ELSE 'MOVER from: ' || crude.interval_method
    END AS difference_method,
    published.value AS published_value,
    published.denominator AS published_denominator,
    published.period_start AS published_period_start,
    published.period_end AS published_period_end,
    CASE
        WHEN published.value IS NOT NULL THEN NULL
        WHEN crude.metric_id <> 'survey_low_burnout_score' THEN 'No published result stands beside this figure.'
        WHEN organisation.nation_code = 'scotland'
            THEN
                'Scottish boards use iMatter and are not in the NHS Staff Survey: there is no published result'
                || ' (Scottish Government, iMatter Health and Social Care Staff Experience Survey 2024).'
        ELSE 'No published NHS Staff Survey file with this organisation, of a year that had ended, has been sent.'
    END AS published_reason
FROM reaching AS crude
INNER JOIN defined AS definition USING (metric_id)
LEFT JOIN standardised USING (metric_id, item_code, organisation_code, period_start, period_end)
LEFT JOIN latest
    ON crude.metric_id = 'survey_low_burnout_score' AND crude.organisation_code = latest.organisation_code AND crude.period_end = latest.period_end
LEFT JOIN marts.metric_value AS published
    ON
        published.metric_id = 'nss_burnt_out_often_published'
        AND published.breakdown = 'all'
        AND latest.organisation_code = published.organisation_code
        AND latest.published_period_end = published.period_end
LEFT JOIN reference.organisation AS organisation ON crude.organisation_code = organisation.organisation_code
WHERE crude.staff_group_code = '' AND definition.statistic IN ('proportion', 'mean', 'median')
