"""Metrics of appraisals, at the end of September 2026 unless said otherwise."""

import pytest

from tests.lib.core import Core, table

# p2 was postponed, then made up; p5 is due only next month; p6 was due last year; p1 stands in two sources.
DUE = """
person_key staff_group_code source due_date   appraisal_state_code is_complete
p1         doctor           one    2026-09-30 complete             true
p1         doctor           two    2026-09-30 in_progress          false
p2         doctor           one    2026-05-01 missed_approved      false
p2         doctor           one    2026-08-01 complete             true
p3         doctor           one    2026-04-01 missed_approved      false
p4         ahp              one    2026-07-01 missed_unapproved    false
p5         ahp              one    2026-10-01 not_started          false
p6         ahp              one    2026-03-31 complete             true
p7         -                one    2026-06-01 reopened             false
"""


@pytest.mark.parametrize(
    ("metric_id", "counted"),
    [
        ("appraisals_completed_ytd", {"p1", "p2"}),
        ("appraisals_missed_approved_ytd", {"p3"}),
        ("appraisals_missed_unapproved_ytd", {"p4"}),
    ],
)
def test_people_count_once_out_of_those_due_since_april(core: Core, metric_id: str, counted: set[str]) -> None:
    core.add("fct_appraisal", DUE)
    due = {"p1": "doctor", "p2": "doctor", "p3": "doctor", "p4": "ahp", "p7": "-"}
    assert core.units(metric_id, "person_key staff_group_code numerator denominator") == [
        [person, group, "1" if person in counted else "0", "1"] for person, group in due.items()
    ]


def test_from_january_to_march_the_year_began_in_the_april_before(core: Core) -> None:
    text = "person_key due_date is_complete\np1 2025-04-01 true\np2 2026-02-28 false\np3 2025-03-31 true"
    february = {"period_start": "2026-02-01", "period_end": "2026-02-28", "april_date": "2025-04-01"}
    core.add("fct_appraisal", text, **february)
    assert core.units("appraisals_completed_ytd", "period_start period_end person_key numerator") == table(
        "2025-04-01 2026-02-28 p1 1\n2025-04-01 2026-02-28 p2 0"
    )


DONE = """
person_key staff_group_code is_complete signed_off_date has_research_role research_pdp_agreed_count
p1         doctor           true        2026-04-01      true              2
p2         doctor           true        2026-09-01      false             0
p3         ahp              true        2026-09-01      -                 -
p4         ahp              false       -               true              1
p5         ahp              true        2026-03-31      true              1
p6         -                true        -               true              1
"""


@pytest.mark.parametrize("metric_id", ["appraisal_research_role_ytd", "appraisal_research_in_pdp_ytd"])
def test_research_is_counted_among_appraisals_completed_since_april_that_say(core: Core, metric_id: str) -> None:
    core.add("fct_appraisal", DONE)
    assert core.units(metric_id, "person_key staff_group_code numerator denominator") == table("""
        p1 doctor 1 1
        p2 doctor 0 1
        p6 -      1 1
    """)


# By hand: p1's plan of May had 1 of its 3 items complete, the last one, of September, its only one: 1 of 1, not 2 of 4.
# p2's plan is of last year, p3's is due next month, p4's last plan does not give both counts, none of p5's was due.
PLANS = """
person_key staff_group_code due_date   signed_off_date research_pdp_due_count research_pdp_complete_count
p1         doctor           2026-05-31 2026-05-20      3                      1
p1         doctor           2026-09-30 2026-09-10      1                      1
p2         doctor           2026-04-30 2026-03-31      2                      2
p3         ahp              2026-10-31 -               2                      1
p4         ahp              2026-06-30 -               2                      5
p4         ahp              2026-08-31 -               4                      -
p5         ahp              2026-06-30 -               2                      1
p5         ahp              2026-08-31 2026-09-02      0                      0
p6         ahp              2026-10-31 2026-09-30      1                      0
"""


def test_research_items_complete_are_of_a_persons_last_plan_of_the_year(core: Core) -> None:
    core.add("fct_appraisal", PLANS)
    columns = "period_start person_key staff_group_code numerator denominator"
    assert core.units("appraisal_pdp_items_completed", columns) == table("""
        2026-04-01 p1 doctor 1 1
        2026-04-01 p4 ahp    2 2
        2026-04-01 p6 ahp    0 1
    """)


def test_a_person_whose_plan_stands_in_two_sources_counts_once(core: Core) -> None:
    plan = "person_key appraisal_key research_pdp_due_count research_pdp_complete_count\np1 a1 3 1"
    core.add("fct_appraisal", plan)
    core.add("fct_appraisal", plan, source="two")
    assert core.units("appraisal_pdp_items_completed", "person_key numerator denominator") == [["p1", "1", "3"]]


CONNECTED = """
person_key source has_prescribed_connection is_complete signed_off_date
p1         one    true                      true        2026-03-31
p1         two    true                      true        2026-03-30
p2         one    true                      true        2025-04-01
p3         one    true                      true        2025-03-31
p4         one    true                      false       -
p5         one    false                     true        2026-01-10
p6         one    -                         true        2026-01-10
"""
MARCH = {"period_start": "2026-03-01", "period_end": "2026-03-31", "april_date": "2025-04-01"}


@pytest.mark.parametrize(
    ("counts", "connected"),
    [
        ("medical_and_dental 98", "98"),  # Camden and Islington 2014/15 had 98 doctors connected
        ("medical_and_dental 90\nall 98", "98"),
        ("all 98", "98"),
    ],
)
def test_at_31_march_the_year_is_set_against_the_doctors_connected(core: Core, counts: str, connected: str) -> None:
    core.add("fct_appraisal", CONNECTED, **MARCH)
    text = f"staff_group_code people_count\n{counts}"
    core.add("fct_population", text, population_code="prescribed_connection", snapshot_date="2026-03-31", **MARCH)
    assert core.units(
        "doctor_appraisals_completed_year", "period_start period_end person_key numerator denominator"
    ) == [["2025-04-01", "2026-03-31", "-", "2", connected]]


def test_without_the_count_of_doctors_connected_there_is_no_denominator(core: Core) -> None:
    core.add("fct_appraisal", CONNECTED, **MARCH)
    assert core.units("doctor_appraisals_completed_year", "numerator denominator") == table("2 -")


def test_only_march_closes_the_appraisal_year(core: Core) -> None:
    core.add("fct_appraisal", CONNECTED)
    assert core.units("doctor_appraisals_completed_year", "numerator") == []
