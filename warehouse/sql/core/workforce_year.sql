-- A person by all files of the twelve months: a monthly file may drop those who left. The last file that holds a
-- person says whether and when they left; one whom the month's own file holds no more has left too.
WITH month AS (
    SELECT DISTINCT organisation_code, period_start, period_end, year_start_date FROM core.fct_workforce
),

seen AS (
    SELECT
        month.organisation_code,
        month.period_start,
        month.period_end,
        month.year_start_date,
        post.person_key,
        post.staff_group_code,
        post.profession_code,
        post.sex_code,
        post.ethnicity_group_code,
        post.qualification_place_code,
        post.start_date,
        post.leaving_date,
        post.leaving_reason_code,
        post.period_end AS seen_date,
        max(post.period_end) OVER (
            PARTITION BY month.organisation_code, month.period_start, month.period_end, post.person_key
        ) AS last_seen_date
    FROM month
    INNER JOIN core.fct_workforce AS post
        ON
            month.organisation_code = post.organisation_code
            AND post.period_end >= CAST(month.year_start_date - INTERVAL 1 DAY AS DATE)
            AND post.period_end <= month.period_end
),

person AS (
    SELECT
        organisation_code,
        period_start,
        period_end,
        year_start_date,
        person_key,
        min(staff_group_code) FILTER (WHERE seen_date = last_seen_date) AS staff_group_code,
        min(profession_code) FILTER (WHERE seen_date = last_seen_date) AS profession_code,
        min(sex_code) FILTER (WHERE seen_date = last_seen_date) AS sex_code,
        min(ethnicity_group_code) FILTER (WHERE seen_date = last_seen_date) AS ethnicity_group_code,
        min(qualification_place_code) FILTER (WHERE seen_date = last_seen_date) AS qualification_place_code,
        min(start_date) AS start_date,
        max(coalesce(leaving_date, make_date(9999, 12, 31))) FILTER (WHERE seen_date = last_seen_date) AS leaving_date,
        -- of the post that ended last, which stands behind its ten characters of date
        substr(
            max(CAST(coalesce(leaving_date, make_date(9999, 12, 31)) AS STRING) || coalesce(leaving_reason_code, ''))
            FILTER (WHERE seen_date = last_seen_date),
            11
        ) AS leaving_reason_code,
        max(last_seen_date) AS last_seen_date
    FROM seen
    GROUP BY ALL
),

research AS (
    SELECT
        organisation_code,
        person_key,
        CAST(date_trunc('month', period_end) + INTERVAL 1 MONTH AS DATE) AS year_start_date,
        max(CASE WHEN research_hours > 0 OR research_pas > 0 THEN 1 ELSE 0 END) AS is_active
    FROM core.fct_job_plan
    WHERE is_signed_off
    GROUP BY organisation_code, person_key, CAST(date_trunc('month', period_end) + INTERVAL 1 MONTH AS DATE)
)

SELECT
    person.organisation_code,
    person.year_start_date AS period_start,
    person.period_end,
    person.person_key,
    person.staff_group_code,
    person.profession_code,
    person.sex_code,
    person.ethnicity_group_code,
    person.qualification_place_code,
    CASE research.is_active WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END AS research_active_code,
    person.start_date < person.year_start_date
    AND person.leaving_date >= CAST(person.year_start_date - INTERVAL 1 DAY AS DATE) AS is_in_post_at_start,
    person.leaving_date < person.period_end OR person.last_seen_date < person.period_end AS has_left,
    CASE
        WHEN person.leaving_date < person.period_end OR person.last_seen_date < person.period_end
            THEN nullif(person.leaving_reason_code, '')
    END AS leaving_reason_code,
    person.last_seen_date = person.period_end
    AND coalesce(person.start_date <= person.period_end, TRUE)
    AND person.leaving_date >= person.period_end AS is_in_post_at_end,
    person.start_date >= person.year_start_date AND person.start_date <= person.period_end AS has_joined
FROM person
LEFT JOIN research USING (organisation_code, person_key, year_start_date)
