"""Core tables of support programmes, adoption, workforce and research activity: staged tables in, tables out."""

from __future__ import annotations

from schemas.rulebook import Organisation
from schemas.tables import DATASETS, TABLES
from tests.lib.month import ORGANISATIONS, Month, rules_with
from tests.lib.text_tables import lines, shown
from warehouse.db.tables import broken_keys

NO_PARTS = {
    "support_concern": "case_key concern_code",
    "support_intervention": "case_key programme_code start_date",
    "support_measurement": "case_key measure_code stage_code measured_date score",
}


def test_working_days_are_those_of_the_organisations_nation(month: Month) -> None:
    """In 2026 the late summer bank holiday is 31 August in England, not in Scotland; 30 September is a Wednesday."""
    month.rules = rules_with(
        organisations={**ORGANISATIONS, "ZZ9": Organisation("ZZ9", "Z", "other", "scotland", True)}
    )
    cases = """
    case_key referral_date triage_date first_meeting_date
    friday   2026-08-28    2026-09-01  2026-09-07
    saturday 2026-08-29    2026-08-31  -
    same_day 2026-09-30    2026-09-30  2026-09-29
    """
    month.send("s1", "ZZ1", support_case=cases, **NO_PARTS)
    month.send("s2", "ZZ9", support_case=cases, **NO_PARTS)
    with month.build() as core:
        found = shown(
            core,
            "SELECT organisation_code, case_key, triage_working_days, first_meeting_working_days, elapsed_working_days"
            " FROM core.fct_support_case",
        )
        numbered = core.execute("SELECT count(*), max(calendar_date) FROM core.working_day").fetchone()
    assert found == lines("""
        ZZ1 friday   1 5  22
        ZZ1 saturday 0 -  22
        ZZ1 same_day 0 -1 0
        ZZ9 friday   2 6  23
        ZZ9 saturday 1 -  23
        ZZ9 same_day 0 -1 0
    """)
    assert numbered is not None
    assert (numbered[0], str(numbered[1])) == (4 * 10_000, "2026-09-30")


def test_a_person_in_support_is_not_joined_to_staff_data(month: Month) -> None:
    month.send(
        "s1", support_case="case_key registration_key referral_date\nc1 reg1 2026-09-01\nc2 - 2026-09-01", **NO_PARTS
    )
    with month.build() as core:
        cases = shown(core, "SELECT case_key, person_key, year_start_date FROM core.fct_support_case")
        people = shown(core, "SELECT person_key FROM core.dim_person")
    assert cases == lines("c1 reg1 2025-10-01\n c2 c2 2025-10-01")
    assert people == ""


# Improvements of the two PHQ-9 pairs: 6 and 2 points down; baselines 10 and 14 have SD 2.828427, so 0.8 SD are 2.263.
CASES = {
    "support_case": """
        case_key site_code referral_date triage_date first_meeting_date
        c1       A         2026-03-02    2026-03-03  2026-03-16
        c2       A         2026-03-02    2026-03-03  2026-03-16
        c3       A         2026-03-02    2026-03-03  -
        c4       -         2026-03-02    -           -
        c5       A         2025-09-30    2025-10-01  2025-10-05
        """,
    "support_concern": "case_key concern_code\nc1 health\nc1 conduct",
    "support_intervention": """
        case_key programme_code start_date end_date   is_completed
        c1       coaching       2026-03-23 2026-07-27 true
        c1       mentoring      2026-03-23 -          false
        c2       coaching       2026-03-23 2026-10-27 true
        c3       coaching       2026-03-23 2026-07-27 true
        c5       coaching       2026-03-23 2026-07-27 true
        """,
    "support_measurement": """
        case_key measure_code stage_code measured_date score
        c1       phq_9        baseline   2026-03-16    10
        c1       phq_9        follow_up  2026-09-16    4
        c2       phq_9        baseline   2026-03-16    14
        c2       phq_9        follow_up  2026-09-16    12
        c3       phq_9        baseline   2026-03-16    20
        c3       phq_9        follow_up  2026-10-01    2
        c5       phq_9        baseline   2025-09-30    20
        c2       wemwbs       baseline   2026-03-16    40
        c2       wemwbs       follow_up  2026-09-16    47
        c1       wemwbs       follow_up  2026-09-16    47
        c1       none         baseline   2026-09-16    1
        """,
}


def test_a_pair_is_a_baseline_with_its_follow_up_and_better_is_by_the_measure(month: Month) -> None:
    month.send("s1", **CASES)
    with month.build() as core:
        found = shown(
            core,
            "SELECT case_key, measure_code, baseline_score, follow_up_date, follow_up_score, improvement"
            " FROM core.fct_support_pair",
        )
    assert found == lines("""
        c1 phq_9  10 2026-09-16 4  6
        c2 phq_9  14 2026-09-16 12 2
        c2 wemwbs 40 2026-09-16 47 7
        c3 phq_9  20 -          -  -
        c5 phq_9  20 -          -  -
    """)


def test_a_case_stands_once_for_itself_and_once_for_each_concern_and_programme(month: Month) -> None:
    month.send("s1", **CASES)
    with month.build() as core:
        found = shown(
            core, "SELECT site_code, concern_code, programme_code FROM core.support_case_category WHERE case_key = 'c1'"
        )
        concerns = shown(core, "SELECT case_key, concern_code FROM core.fct_support_concern")
        sessions = shown(core, "SELECT case_key, programme_code FROM core.fct_support_intervention WHERE is_completed")
        assert broken_keys(core, TABLES["core.support_case_category"]) == (0, 0)
    assert found == lines("A - -\n - health -\n - conduct -\n - - coaching\n - - mentoring")
    assert concerns == lines("c1 health\n c1 conduct")
    assert sessions == lines("c1 coaching\n c2 coaching\n c3 coaching\n c5 coaching")


def test_the_summary_made_from_cases_is_the_summary_that_a_unit_sends(month: Month) -> None:
    own = ", ".join(DATASETS["support_summary"].names)
    month.send("s1", **CASES)
    with month.build() as core:
        made = shown(core, f"SELECT {own} FROM core.support_summary_made")
        slots = shown(core, "SELECT DISTINCT submission_id, period_start, period_end FROM core.support_summary_made")
    assert TABLES["core.support_summary_made"].fields == TABLES["core.fct_support_summary"].fields
    assert made == lines("""
        A         coaching  none   3 3 2 1 - - -  -          -          -
        A         mentoring none   1 1 1 0 - - -  -          -          -
        not_known none      none   1 0 0 0 - - -  -          -          -
        A         coaching  phq_9  - - - - 3 2 -4 2.82842712 2.82842712 1
        A         mentoring phq_9  - - - - 1 1 -6 -          -          0
        A         coaching  wemwbs - - - - 1 1 7  -          -          0
    """)
    assert slots == "s1 2025-10-01 2026-09-30"
    month.send("s2", support_summary=own.replace(",", "") + "\n" + made)
    with month.build() as core:
        sent = shown(core, f"SELECT {own} FROM core.fct_support_summary")
    assert sent == made


def test_a_person_with_two_cases_counts_once_on_a_line_of_the_summary_made(month: Month) -> None:
    """c1 and c2 are of one person, whose later pair is c2's: 14 to 12. c3 has a baseline only."""
    named = zip(
        CASES["support_case"].strip().splitlines(), ["registration_key", "r1", "r1", "-", "-", "-"], strict=True
    )
    scores = CASES["support_measurement"].replace("follow_up  2026-09-16    12", "follow_up  2026-09-17    12")
    cases = "\n".join(" ".join(row) for row in named)
    month.send("s1", **{**CASES, "support_case": cases, "support_measurement": scores})
    with month.build() as core:
        columns = "measure_code, baseline_count, pair_count, mean_change, baseline_sd, improved_count"
        made = f"SELECT {columns} FROM core.support_summary_made WHERE programme_code = 'coaching'"
        assert shown(core, f"{made} AND measure_code = 'phq_9'") == "phq_9 2 1 -2 - 0"
        pairs = (
            "SELECT person_key, category_code, improvement FROM core.support_person_pair WHERE measure_code = 'phq_9'"
        )
        assert shown(core, f"{pairs} AND concern_code IS NULL") == lines("""
            r1 'all' 2
            r1 'programme coaching' 2
            r1 'programme mentoring' 6
        """).replace("'", "")
        assert broken_keys(core, TABLES["core.support_person_pair"]) == (0, 0)


def test_the_last_assessment_up_to_the_periods_end_is_the_latest(month: Month) -> None:
    month.send(
        "s1",
        recommendation_adoption="""
        site_code site_type_code recommendation_number is_agreed adoption_state_code assessed_date
        S1        hospital       R1                    true      planned             2026-03-31
        S1        hospital       R1                    true      in_place            2026-09-30
        S1        hospital       R1                    true      abandoned           2026-10-01
        S2        hospital       R1                    true      planned             2026-10-01
        """,
        iparihs_rating="""
        site_code element_code       rating scale_minimum scale_maximum assessed_date
        S1        innovation_clarity 3      1             5             2026-03-31
        S1        innovation_clarity 1.5    0             2.5           2026-09-30
        """,
        adoption_workshop="site_code workshop_date stakeholder_count\nS1 2026-05-12 7",
        adoption_change="site_code change_code noted_date change_count\nS1 learning 2026-06-30 2",
    )
    with month.build() as core:
        adoption = shown(core, "SELECT site_code, adoption_state_code, is_latest FROM core.fct_adoption")
        ratings = shown(core, "SELECT scale, rating, is_latest FROM core.fct_iparihs_rating")
        workshops = shown(core, "SELECT site_code, workshop_date, stakeholder_count FROM core.fct_adoption_workshop")
        changes = shown(core, "SELECT site_code, change_code, change_count FROM core.fct_adoption_change")
    assert adoption == lines("S1 planned False\n S1 in_place True\n S1 abandoned False\n S2 planned False")
    assert ratings == lines("1-5 3 False\n 0-2.5 1.5 True")
    assert (workshops, changes) == ("S1 2026-05-12 7", "S1 learning 2")


def test_a_file_of_adoption_as_before_is_one_of_workshops_and_sites_have_the_type_of_the_log(month: Month) -> None:
    """A site's type is that of its last assessment; of a site that the log does not name none is known."""
    month.send(
        "s1",
        recommendation_adoption="""
        site_code site_type_code recommendation_number is_agreed adoption_state_code assessed_date due_date
        S1        hospital       R1                    true      planned             2026-03-31    2026-09-30
        S1        trust          R1                    false     planned             2026-09-30    2026-09-30
        S1        trust          R2                    false     in_place            2026-09-30    2026-09-30
        S1        trust          R2                    true      in_place            2026-10-31    -
        """,
        adoption_workshop="site_code workshop_date stakeholder_count\nS1 2026-05-12 7\nS2 2026-05-12 1",
        adoption_configuration="""
        site_code programme_code observed_date context_code mechanism_code outcome_code observation_count
        S1        coaching       2026-06-30    resources    trust          insight      3
        """,
    )
    month.send(
        "s2",
        "ZZ2",
        recommendation_adoption="site_code site_type_code recommendation_number is_agreed adoption_state_code",
        adoption_workshop="""
        site_code workshop_date activity_code stakeholder_role_code stakeholder_count
        S3        2026-05-12    interview     doctor                1
        S3        2026-05-12    -             -                     2
        S3        2026-05-12    not_stated    not_stated            3
        """,
    )
    with month.build() as core:
        sites = shown(core, "SELECT submission_id, site_code, site_type_code FROM core.adoption_site")
        held = shown(
            core,
            "SELECT site_code, site_type_code, activity_code, stakeholder_role_code, stakeholder_count"
            " FROM core.fct_adoption_workshop",
        )
        told = "recommendation_number, assessed_date, is_ever_agreed, is_overdue"
        adopted = shown(core, f"SELECT {told} FROM core.fct_adoption")
        seen = shown(core, "SELECT site_type_code, mechanism_code, outcome_code FROM core.fct_adoption_configuration")
        assert broken_keys(core, TABLES["core.fct_adoption_workshop"]) == (0, 0)
    assert sites == "s1 S1 trust"
    assert held == lines("""
        S1 trust workshop   not_stated 7
        S2 -     workshop   not_stated 1
        S3 -     interview  doctor     1
        S3 -     not_stated not_stated 5
    """)
    assert adopted == lines("""
        R1 2026-03-31 True  True
        R1 2026-09-30 True  True
        R2 2026-09-30 False False
        R2 2026-10-31 False -
    """)
    assert seen == "trust trust insight"


def test_the_workforce_leads_from_employee_to_registration_numbers(month: Month) -> None:
    month.send(
        "staff",
        workforce="""
        post_key employee_key registration_key staff_group_code      start_date
        w1       emp1         reg1             nursing_and_midwifery 2020-01-06
        w2       emp2         -                nursing_and_midwifery 2026-01-05
        """,
    )
    month.send(
        "events",
        research_activity="""
        event_key employee_key event_code                 event_date
        e1        emp1         training                   2026-09-01
        e2        emp2         learning_network_initiated 2026-09-01
        e3        -            webinar                    2026-09-01
        """,
    )
    month.send(
        "plans",
        job_plan="""
        plan_key line_number employee_key plan_state_code activity_category_code planned_pas
        p1       1           emp1         signed_off      dcc                    1
        """,
    )
    with month.build() as core:
        people = shown(core, "SELECT person_key, registration_key, employee_key FROM core.dim_person")
        posts = shown(core, "SELECT post_key, person_key, year_start_date FROM core.fct_workforce")
        events = shown(core, "SELECT event_key, person_key, april_date FROM core.fct_research_activity")
        plans = shown(core, "SELECT plan_key, person_key FROM core.fct_job_plan")
        year = shown(
            core, "SELECT person_key, is_in_post_at_start, is_in_post_at_end, has_joined FROM core.workforce_year"
        )
    assert people == lines("reg1 reg1 emp1\n emp2 - emp2")
    assert posts == lines("w1 reg1 2025-10-01\n w2 emp2 2025-10-01")
    assert events == lines("e1 reg1 2026-04-01\n e2 - 2026-04-01\n e3 - 2026-04-01")
    assert plans == "p1 reg1"
    assert year == lines("reg1 True True False\n emp2 False True True")
