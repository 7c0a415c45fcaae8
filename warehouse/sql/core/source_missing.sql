-- Sources that have not come for a period for which another source of the same organisation and dataset has, so that
-- the dataset is not whole. A source is awaited for twelve months after it came last, or until the day declared in
-- reference.source_end. Surveys, those invited to one, and summaries come when they are made: there only a source is
-- awaited that came beside one of the others before. Populations are told apart by what they count.
WITH came AS (
    SELECT 'workforce' AS dataset, '' AS population_code, organisation_code, source, period_start, period_end
    FROM core.fct_workforce
    UNION
    SELECT 'job_plan', '', organisation_code, source, period_start, period_end FROM core.fct_job_plan
    UNION
    SELECT 'appraisal', '', organisation_code, source, period_start, period_end FROM core.fct_appraisal
    UNION
    SELECT 'research_activity', '', organisation_code, source, period_start, period_end FROM core.fct_research_activity
    UNION
    SELECT 'support_case', '', organisation_code, source, period_start, period_end FROM core.fct_support_case
    UNION
    SELECT 'recommendation_adoption', '', organisation_code, source, period_start, period_end FROM core.fct_adoption
    UNION
    SELECT 'survey', '', organisation_code, source, period_start, period_end FROM core.fct_survey_response
    UNION
    SELECT 'support_summary', '', organisation_code, source, period_start, period_end FROM core.fct_support_summary
    UNION
    SELECT 'population', population_code, organisation_code, source, period_start, period_end FROM core.fct_population
),

period AS (
    SELECT DISTINCT dataset, population_code, organisation_code, period_start, period_end FROM came
),

beside AS (
    SELECT DISTINCT
        one.dataset, one.population_code, one.organisation_code, one.source, other.source AS other_source, one.period_end
    FROM came AS one
    INNER JOIN came AS other USING (dataset, population_code, organisation_code, period_start, period_end)
    WHERE one.source <> other.source
),

awaited AS (
    SELECT
        period.dataset, period.population_code, period.organisation_code, before.source, period.period_start,
        period.period_end, before.period_end AS last_period_end
    FROM period
    INNER JOIN came AS before
        ON
            period.dataset = before.dataset
            AND period.population_code = before.population_code
            AND period.organisation_code = before.organisation_code
            AND before.period_end < period.period_end
            AND before.period_end >= CAST(period.period_start - INTERVAL 12 MONTH AS DATE)
    WHERE period.dataset NOT IN ('survey', 'support_summary') AND period.population_code <> 'invited'
    UNION ALL
    SELECT
        now.dataset, now.population_code, now.organisation_code, before.source, now.period_start, now.period_end,
        before.period_end
    FROM came AS now
    INNER JOIN beside AS before
        ON
            now.dataset = before.dataset
            AND now.population_code = before.population_code
            AND now.organisation_code = before.organisation_code
            AND now.source = before.other_source
            AND before.period_end < now.period_end
    WHERE now.dataset IN ('survey', 'support_summary') OR now.population_code = 'invited'
)

SELECT
    awaited.organisation_code, awaited.dataset, awaited.population_code, awaited.source, awaited.period_start,
    awaited.period_end, max(awaited.last_period_end) AS last_period_end
FROM awaited
ANTI JOIN came USING (dataset, population_code, organisation_code, source, period_start, period_end)
ANTI JOIN reference.source_end AS ended
    ON
        awaited.organisation_code = ended.organisation_code
        AND awaited.dataset = ended.dataset
        AND awaited.source = ended.source
        AND awaited.period_end > ended.end_date
GROUP BY ALL
