-- The codes in use, once each.
SELECT DISTINCT
    staff_group_code,
    event_code,
    decision_code
FROM core.fct_research_activity
