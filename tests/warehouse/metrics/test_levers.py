"""The two levers of a trust: the role in appraisal and the time in the job plan, of the same people."""

import pytest

from tests.lib.core import Core, table

# With a signed plan and an answer: a to f. a and b have a role and time, c and d a role alone, e time alone, f neither.
# g's plan is a draft, h's appraisal not complete, i's does not say, j has no plan, k no appraisal, l's
# appraisal is of last year. b has two plans and two appraisals, and in one of each nothing.
PLANS = """
person_key staff_group_code is_signed_off research_pas research_hours
a          doctor           true          1            4
b          doctor           true          0            0
b          doctor           true          -            2
c          doctor           true          0            0
d          nurse            true          -            0
e          nurse            true          -            3
f          nurse            true          -            -
g          doctor           false         2            8
h          doctor           true          1            4
i          doctor           true          1            4
k          nurse            true          -            4
l          nurse            true          -            4
"""
APPRAISALS = """
person_key is_complete has_research_role signed_off_date
a          true        true              2026-05-01
b          true        true              2026-05-01
b          true        false             2026-06-01
c          true        true              2026-05-01
d          true        true              -
e          true        false             2026-05-01
f          true        false             2026-05-01
g          true        true              2026-05-01
h          false       true              -
i          true        -                 2026-05-01
j          true        true              2026-05-01
l          true        true              2026-03-31
"""
UNITS = "period_start person_key staff_group_code numerator denominator"


@pytest.fixture
def levers(core: Core) -> Core:
    core.add("fct_job_plan", PLANS)
    core.add("fct_appraisal", APPRAISALS)
    return core


def test_of_those_with_a_role_half_have_time(levers: Core) -> None:
    assert levers.units("appraisal_research_role_with_time", UNITS) == table("""
        2026-09-01 a doctor 1 1
        2026-09-01 b doctor 1 1
        2026-09-01 c doctor 0 1
        2026-09-01 d nurse  0 1
    """)
    found = levers.figures("appraisal_research_role_with_time", "breakdown category value denominator")
    assert ["all", "all", "50", "4"] in found


def test_of_those_with_time_two_in_three_have_a_role(levers: Core) -> None:
    assert levers.units("job_plan_research_time_with_role", UNITS) == table("""
        2026-09-01 a doctor 1 1
        2026-09-01 b doctor 1 1
        2026-09-01 e nurse  0 1
    """)


def test_plans_and_appraisals_meet_within_one_organisation_and_month(core: Core) -> None:
    core.add("fct_job_plan", PLANS, organisation_code="ZZ2")
    core.add("fct_job_plan", PLANS, period_start="2026-08-01", period_end="2026-08-31")
    core.add("fct_appraisal", APPRAISALS)
    assert core.units("appraisal_research_role_with_time", UNITS) == []


@pytest.mark.parametrize("missing", ["fct_job_plan", "fct_appraisal"])
@pytest.mark.parametrize("metric_id", ["appraisal_research_role_with_time", "job_plan_research_time_with_role"])
def test_where_a_source_of_either_has_not_come_there_is_no_figure(levers: Core, metric_id: str, missing: str) -> None:
    july = {"period_start": "2026-07-01", "period_end": "2026-07-31", "source": "other"}
    levers.add(missing, "person_key\nz", **july)
    figures = levers.figures(metric_id, "breakdown denominator is_source_missing")
    assert [row for row in figures if row[0] == "all"] == [["all", "-", "True"]]
