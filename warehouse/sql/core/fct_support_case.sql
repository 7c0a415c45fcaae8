-- Working days are those of the organisation's nation, else England's; a day's number counts those up to it, so the
-- first working day after the referral is 1.
SELECT
    support.*,
    coalesce(support.registration_key, support.case_key) AS person_key,
    CAST(date_trunc('month', support.period_end) - INTERVAL 11 MONTH AS DATE) AS year_start_date,
    triaged.working_day_number - referred.working_day_number AS triage_working_days,
    met.working_day_number - referred.working_day_number AS first_meeting_working_days,
    ended.working_day_number - referred.working_day_number AS elapsed_working_days
FROM staging.support_case AS support
LEFT JOIN reference.organisation AS organisation USING (organisation_code)
LEFT JOIN core.working_day AS referred
    ON
        coalesce(organisation.nation_code, 'england') = referred.nation_code
        AND support.referral_date = referred.calendar_date
LEFT JOIN core.working_day AS triaged
    ON referred.nation_code = triaged.nation_code AND support.triage_date = triaged.calendar_date
LEFT JOIN core.working_day AS met
    ON referred.nation_code = met.nation_code AND support.first_meeting_date = met.calendar_date
LEFT JOIN core.working_day AS ended
    ON referred.nation_code = ended.nation_code AND support.period_end = ended.calendar_date
