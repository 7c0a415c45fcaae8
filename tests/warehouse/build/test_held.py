"""What holds a release is told with figure, organisation, period, submissions and cause; numbers on request only."""

from __future__ import annotations

import re

import duckdb
import pytest

from schemas.metrics import load_metrics
from tests.lib.month import PLANS, Month
from warehouse.build.checks import run_checks, unmet
from warehouse.build.expected import validate
from warehouse.build.held import as_released

POPULATION = "population_code staff_group_code snapshot_date people_count\n"
IN_GROUPS = PLANS.replace("\n", " staff_group_code\n")


@pytest.fixture
def month(tmp_path) -> Month:
    return Month(tmp_path, metrics=load_metrics())


def found(connection: duckdb.DuckDBPyConnection, column: str) -> str:
    """What is said of the one check of that column that is not met."""
    (said,) = [one.sentence for one in run_checks(connection, validate) if not one.is_met and one.column == column]
    return said


def plans(month: Month, people: int, submission_id: str = "plans-9", when: int = 9) -> None:
    rows = (f"p{n} 1 - e{n} signed_off dcc 10 students" for n in range(people))
    month.send(submission_id, month=when, job_plan=IN_GROUPS + "\n".join(rows))


def in_scope(month: Month, people: int, submission_id: str = "people-9", when: int = 9) -> None:
    day = {9: "2026-09-30", 10: "2026-10-31"}[when]
    month.send(submission_id, month=when, population=f"{POPULATION}job_plan_scope students {day} {people}")


def test_more_people_than_are_in_scope_asks_for_the_count_of_their_staff_group(month: Month) -> None:
    """41 students have a signed-off plan and the population file counts 40: 102.5 %. Another month is well."""
    plans(month, 41)
    in_scope(month, 40)
    plans(month, 39, "plans-10", 10)
    in_scope(month, 40, "people-10", 10)
    with month.build() as connection:
        said = found(connection, "value_pct")
        assert said == (
            "core.metric_figure, column value_pct: a percentage is outside 0 to 100. Found in job_plan_signed_off of"
            " ZZ1, September 2026, staff group Students (submission people-9, plans-9); job_plan_signed_off of ZZ1,"
            " September 2026 (submission people-9, plans-9). Is the count for staff group Students that it is divided"
            " by too low, or is someone counted twice?"
        )
        assert not re.search(r"\b4[01]\b|102", said)  # it goes into Prefect's pages
        ((_, where, _),) = [one for one in unmet(connection) if one[0].column == "value_pct"]
        assert {one.numbers for one in where} == {"numerator 41, denominator 40"}


@pytest.mark.parametrize(("plan_count", "scope"), [(41, 40), (9, 7), (12, 1)])
def test_a_release_does_not_say_where_a_check_is_not_met(month: Month, plan_count: int, scope: int) -> None:
    """Of 9 students with a plan and 7 in scope nothing is in print: the place alone would tell of them."""
    plans(month, plan_count)
    in_scope(month, scope)
    with month.build() as connection:
        checks = [one for one in run_checks(connection, validate) if " Found in " in one.sentence]
    assert checks
    said = {one.sentence for one in map(as_released, checks) if not one.is_met}
    assert said == {"core.metric_figure, column value_pct: a percentage is outside 0 to 100."}


def test_the_submissions_are_those_of_now_though_the_check_is_not_made_again(month: Month) -> None:
    plans(month, 41)
    in_scope(month, 40)
    month.build().close()
    with month.build() as connection:
        before = found(connection, "value_pct")
    month.withdraw("people-9")
    in_scope(month, 40, "people-again")
    with month.build() as connection:
        assert found(connection, "value_pct") == before.replace("people-9, plans-9", "people-again, plans-9")


def test_of_many_places_three_are_named(month: Month) -> None:
    for organisation in ("ZZ1", "ZZ2"):
        month.send(f"people-{organisation}", organisation, population=f"{POPULATION}invited all 2026-09-30 40")
    with month.build() as connection:
        connection.execute(
            "INSERT INTO core.metric_figure BY NAME SELECT 'job_plan_signed_off' AS metric_id, 'none' AS item_code,"
            " 'ZZ' || n AS organisation_code, DATE '2026-04-01' AS period_start, DATE '2026-09-30' AS period_end,"
            " 'year' AS period_kind, 'site' AS breakdown, 'Smith''s ward' AS category, 2 AS numerator,"
            " 1 AS denominator, 1 AS people_count, 1 AS row_count, 200 AS value, '' AS interval_method, '' AS series_id"
            " FROM range(1, 1206) AS t(n)"
        )
        said = found(connection, "value_pct")
        assert "job_plan_signed_off of ZZ1, April 2026 to September 2026, one site (submission people-ZZ1);" in said
        assert "; and 1,202 more. Is the count for one site that" in said
        assert "Smith" not in said  # a site's code is a sender's own word


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE core.fct_job_plan SET research_hours = 41 WHERE plan_key = 'p1'",
            "tell the maintainers. Found in ZZ1, September 2026 (submission plans).",
        ),
        (
            "UPDATE core.fct_survey_answer SET score = 11",
            "ingest the file again. Found in ZZ1, September 2026 (submission survey).",
        ),
        (
            "DELETE FROM core.dim_organisation WHERE organisation_code = 'XX9'",
            "add it to config/organisations.csv. Found in XX9 (submission published).",
        ),
        (
            "INSERT INTO core.fct_population SELECT * FROM core.fct_population",
            "or tell the maintainers. Found in ZZ1, September 2026 (submission invited).",
        ),
        (
            "UPDATE core.fct_job_plan_line SET weekly_pas = -1",
            "or tell the maintainers. Found in ZZ1, September 2026 (submission plans).",
        ),
        (
            "UPDATE marts.metric_value SET status = 'visible' WHERE metric_id = 'survey_response_rate'",
            "Found in survey_response_rate of ZZ1, September 2026 (submission invited, survey).",
        ),
        ("UPDATE marts.metric_definition SET definition = ''", "; and "),
    ],
)
def test_every_kind_of_check_says_where(work: duckdb.DuckDBPyConnection, statement: str, said: str) -> None:
    work.execute(statement)
    assert said in "".join(one.sentence for one in run_checks(work, validate) if not one.is_met)
