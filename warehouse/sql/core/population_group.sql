-- The last count within each period, sources together; none where one of them has not come. `rest` is everyone whom the listed staff groups leave over:
-- the whole of an `all` count where no group came, else what it has beyond them.
WITH counted AS (
    SELECT
        *,
        max(snapshot_date) OVER (
            PARTITION BY organisation_code, source, population_code, period_start, period_end
        ) AS last_snapshot_date
    FROM core.fct_population
),

latest AS (
    SELECT *
    FROM counted
    ANTI JOIN (SELECT * FROM core.source_missing WHERE dataset = 'population') AS gap
        USING (population_code, organisation_code, period_start, period_end)
    WHERE snapshot_date = last_snapshot_date
),

total AS (
    SELECT
        organisation_code, population_code, period_start, period_end,
        sum(CASE WHEN staff_group_code = 'all' THEN people_count END) AS all_count,
        sum(CASE WHEN staff_group_code = 'all' THEN 0 ELSE people_count END) AS listed_count
    FROM latest
    GROUP BY ALL
)

SELECT
    organisation_code, population_code, period_start, period_end, staff_group_code,
    CAST(sum(people_count) AS BIGINT) AS people_count
FROM latest
WHERE staff_group_code <> 'all'
GROUP BY ALL
UNION ALL
SELECT
    organisation_code, population_code, period_start, period_end,
    'rest' AS staff_group_code,
    CAST(greatest(coalesce(all_count, listed_count) - listed_count, 0) AS BIGINT) AS people_count
FROM total
