"""Metrics of job plans: job_plan_research_pas_median to job_plan_spa_share."""

import pytest

from schemas.tables import TABLES
from tests.lib.core import Core, table
from warehouse.db.tables import broken_keys

# d2 has two signed plans, of two sources; d3 a signed one and a draft; d4 a draft only; n1 and n2 plans in hours.
HEADINGS = """person_key staff_group_code contract_type_code is_signed_off \
total_pas spa_pas research_pas total_hours research_hours"""
PLANS = f"""
{HEADINGS}
d1 doctor consultant        true  10 2.5 0   40   0
d2 doctor consultant        true  6  1   1.5 24   6
d3 doctor sas               true  8  1   0   32   0
d3 doctor sas               false 8  1   4   32   16
d4 doctor sas               false 10 2   5   40   20
n1 nurse  agenda_for_change true  -  -   -   37.5 3
n2 nurse  agenda_for_change true  -  -   -   37.5 -
"""
OTHER_SOURCE = f"""
{HEADINGS}
d2 doctor consultant        true  4  0.5 0.5 16   2
"""
UNITS = "person_key staff_group_code contract_type_code numerator denominator"


@pytest.fixture
def plans(core: Core) -> Core:
    core.add("fct_job_plan", PLANS)
    core.add("fct_job_plan", OTHER_SOURCE, source="two")
    return core


def test_research_pas_add_up_over_a_persons_signed_plans(plans: Core) -> None:
    assert plans.units("job_plan_research_pas_median", UNITS) == table("""
        d1 doctor consultant 0 1
        d2 doctor consultant 2 1
        d3 doctor sas        0 1
    """)


def test_research_time_counts_in_pas_or_in_hours(plans: Core) -> None:
    assert plans.units("job_plan_any_research_time", UNITS) == table("""
        d1 doctor consultant        0 1
        d2 doctor consultant        1 1
        d3 doctor sas               0 1
        n1 nurse  agenda_for_change 1 1
        n2 nurse  agenda_for_change 0 1
    """)


def test_the_research_share_is_of_signed_hours(plans: Core) -> None:
    assert plans.units("job_plan_research_hours_share", UNITS) == table("""
        d1 doctor consultant        0 40
        d2 doctor consultant        8 40
        d3 doctor sas               0 32
        n1 nurse  agenda_for_change 3 37.5
        n2 nurse  agenda_for_change 0 37.5
    """)


def test_the_spa_share_is_of_signed_pas(plans: Core) -> None:
    assert plans.units("job_plan_spa_share", UNITS) == table("""
        d1 doctor consultant 2.5 10
        d2 doctor consultant 1.5 10
        d3 doctor sas        1   8
    """)


SCOPE = """
population_code staff_group_code people_count
job_plan_scope  doctor           6
job_plan_scope  pharmacist       4
job_plan_scope  all              15
headcount       doctor           99
"""


@pytest.mark.parametrize(
    ("metric_id", "expected"),
    [
        (
            "job_plan_research_time_of_scope",
            "doctor 1 6\npharmacist 0 4\n- 1 5",
        ),  # d2; n1 among the five whom no listed group holds
        ("job_plan_signed_off", "doctor 3 6\npharmacist 0 4\n- 2 5"),  # d1, d2, d3; n1 and n2
    ],
)
def test_people_are_set_against_the_staff_in_scope(plans: Core, metric_id: str, expected: str) -> None:
    plans.add("fct_population", SCOPE)
    assert plans.units(metric_id, "staff_group_code numerator denominator") == table(expected)


@pytest.mark.parametrize(("metric_id", "people"), [("job_plan_research_time_of_scope", 2), ("job_plan_signed_off", 5)])
def test_without_the_months_count_of_staff_in_scope_there_is_no_denominator(
    plans: Core, metric_id: str, people: int
) -> None:
    august = {"period_start": "2026-08-01", "period_end": "2026-08-31", "snapshot_date": "2026-08-31"}
    plans.add("fct_population", SCOPE, **august)
    assert plans.units(metric_id, "period_end person_key staff_group_code numerator denominator") == table(
        f"2026-09-30 - - {people} -"
    )


def test_a_month_without_plans_has_no_figure_though_its_population_came(core: Core) -> None:
    core.add("fct_population", SCOPE)
    assert core.units("job_plan_signed_off", "numerator") == []


def test_a_person_with_plans_of_two_staff_groups_counts_once(core: Core) -> None:
    core.add("fct_job_plan", "person_key staff_group_code is_signed_off\np1 nurse true\np1 doctor true\np2 nurse false")
    core.add("fct_population", "staff_group_code people_count\nnurse 3\ndoctor 2", population_code="job_plan_scope")
    assert core.units("job_plan_signed_off", "staff_group_code numerator denominator") == table(
        "doctor 1 2\nnurse 0 3\n- 0 0"
    )


def test_everyone_whom_no_listed_group_holds_has_a_key_of_their_own_in_the_step(core: Core) -> None:
    core.add("fct_job_plan", PLANS)
    core.add("fct_population", SCOPE)
    columns = "staff_group_code, research_count, signed_off_count, scope_count"
    assert core.rows(f"SELECT {columns} FROM core.job_plan_scope") == table("""
        doctor     1 3 6
        pharmacist 0 0 4
        rest       1 2 5
    """)
    assert broken_keys(core.connection, TABLES["core.job_plan_scope"]) == (0, 0)


# By hand, of the five with signed research time: d1 NIHR twice, d2 the trust and NIHR, d3 a university and nobody said,
# n1 nobody said (in hours), n2 a code for not known. d4 has no signed-off plan, d5 no research, d6 none in time.
FUNDED = """
plan_key person_key is_signed_off is_research funding_code weekly_pas weekly_hours
p1       d1         true          true        nihr         1          4
p1       d1         true          true        nihr         0.5        2
p1       d1         true          false       nhs          8          32
p2       d2         true          true        nhs          1          4
p3       d2         true          true        nihr         1          4
p4       d3         true          true        university   1          4
p4       d3         true          true        -            1          4
p5       n1         true          true        -            -          7.5
p6       n2         true          true        not_known    -          3.75
p7       d4         false         true        charity      1          4
p8       d5         true          false       charity      8          32
p9       d6         true          true        commercial   0          0
"""


def test_people_are_told_apart_by_who_funds_their_research_time(core: Core) -> None:
    core.add("fct_job_plan_line", FUNDED)
    plans = dict.fromkeys(" ".join(line.split()[:3]) for line in FUNDED.strip().splitlines())
    core.add("fct_job_plan", "\n".join(plans))
    assert core.totals("job_plan_research_funder") == {
        "nhs": (0, 5),
        "nihr": (1, 5),
        "university": (0, 5),
        "charity": (0, 5),
        "commercial": (0, 5),
        "professional_association": (0, 5),
        "patient_organisation": (0, 5),
        "government": (0, 5),
        "not_known": (2, 5),
        "several": (2, 5),
    }
    assert ["nihr", "20", "5"] in core.figures("job_plan_research_funder", "item_code value denominator")


# By hand, of 34 hours: NIHR 6 of d1 and 4 of d2, the trust 4 of d2, a university 4 of d3; not known 4 of d3, 7.5 of n1
# and 4.5 of n2. d4 has no signed-off plan, d5 and d6 no research hours.
FUNDED_HOURS = {"nihr": 10, "nhs": 4, "university": 4, "not_known": 16}


def test_research_hours_are_told_apart_by_who_funds_them(core: Core) -> None:
    core.add("fct_job_plan_line", FUNDED.replace("3.75", "4.5"))
    plans = dict.fromkeys(" ".join(line.split()[:3]) for line in FUNDED.strip().splitlines()[1:])
    core.add("fct_job_plan", "\n".join(("plan_key person_key is_signed_off", *plans)), total_hours="40")
    found = core.totals("job_plan_research_hours_by_funder")
    assert {funder: hours for funder, (hours, _) in found.items() if hours} == FUNDED_HOURS
    assert {base for _, base in found.values()} == {34}
    figures = core.figures("job_plan_research_hours_by_funder", "item_code value denominator people_count")
    assert ["nihr", "29.4118", "34", "5"] in figures
