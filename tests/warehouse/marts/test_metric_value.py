"""marts.metric_value: counted units in, the figures as they are printed out; expected numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from schemas.tables import MARTS
from tests.lib.figures import figures_of, metric
from tests.lib.text_tables import lines, shown
from warehouse.db import exports

PUBLIC = {"profile": "not_personal", "breakdowns": []}


def units(*numerators: float, denominator: float = 1) -> str:
    rows = (f"M1 p{n} {value!r} {denominator!r}" for n, value in enumerate(numerators))
    return "\n".join(("metric_id person_key numerator denominator", *rows))


def printed(built: duckdb.DuckDBPyConnection, columns: str, text: str, **changes: object) -> str:
    figures_of(built, text, [metric(**{**PUBLIC, **changes})])
    return shown(built, f"SELECT {columns} FROM marts.metric_value")


@pytest.mark.parametrize(
    ("changes", "numerators", "value"),
    [
        ({"unit": "%"}, (1, 1, 0), "66.7"),  # 66.666...
        ({"unit": "%"}, (1, *[0] * 15), "6.3"),  # 6.25, a tie
        ({"unit": "%", "decimals": 0}, (1, 1, 0), "67"),
        ({"unit": "per 1,000"}, (1, 1, 0), "666.7"),
        ({"unit": "PA", "statistic": "mean"}, (1, 1, 0), "0.67"),
        ({"unit": "score 0-10", "statistic": "mean"}, (1.005,), "1.01"),  # a tie that a double stores a hair below
        ({"unit": "rating", "statistic": "mean"}, (-1.005,), "-1.01"),
        ({"unit": "people", "statistic": "count"}, (1, 1, 0), "2"),
    ],
)
def test_a_figure_is_printed_with_the_decimals_of_its_unit(built, changes, numerators, value: str) -> None:
    assert printed(built, "value", units(*numerators), **changes) == value


@pytest.mark.parametrize("numerators", [(0.1, 0.2, -0.3), (-0.001, -0.002)])
def test_what_rounds_to_nothing_is_nothing_without_a_sign(built, numerators) -> None:
    figures_of(built, units(*numerators), [metric(**{**PUBLIC, "statistic": "mean", "unit": "baseline SD"})])
    row = built.execute("SELECT value, numerator_amount FROM marts.metric_value").fetchone()
    assert [str(cell) for cell in row or ()] == ["0.0", "0.0"]


def test_quartiles_intervals_and_response_rates_are_rounded_as_the_figure_is(built) -> None:
    # Wilson for 1 of 29, as Newcombe 1998 prints it: 0.61 to 17.18 %.
    sample = printed(built, "value, interval_low, interval_high", units(1, *[0] * 28), is_sample=True)
    assert sample == "3.4 0.6 17.2"
    # Type 6 of 1, 2, 4: the first quartile is 1, the third 4; of 1.111 and 2.222, 1.111 and 2.222.
    median = {"statistic": "median", "unit": "score 1-10", "quantile_type": 6}
    assert printed(built, "q1, value, q3", units(1.111, 2.222), **median) == "1.11 1.67 2.22"


@pytest.mark.parametrize(
    ("changes", "text", "counts"),
    [
        ({}, units(1, 1, 0), "2 3 - -"),
        ({"statistic": "count", "unit": "people"}, units(1, 1), "2 2 - -"),
        ({"statistic": "ratio", "counts": "hours"}, units(0.1, 0.2, denominator=37.125), "- - 0.3 74.25"),
        ({"statistic": "mean", "unit": "score 0-10"}, units(0.1, 0.2), "- 2 0.3 -"),
        ({"statistic": "median", "unit": "PA", "quantile_type": 6}, units(0.5, 1.5), "- 2 - -"),
    ],
)
def test_a_count_is_a_whole_number_and_a_sum_of_pas_hours_or_points_is_none(built, changes, text, counts) -> None:
    columns = "numerator, denominator, numerator_amount, denominator_amount"
    assert printed(built, columns, text, **changes) == counts


@pytest.mark.parametrize(
    ("changes", "line"),
    [({}, ",53,60,,,60,60,88.3,"), ({"statistic": "count", "unit": "people"}, ",53,60,,,60,60,53.0,")],
)
def test_the_csv_shows_a_count_without_a_point(built, tmp_path: Path, changes, line: str) -> None:
    figures_of(built, units(*[1] * 53, *[0] * 7), [metric(**{**PUBLIC, **changes})])
    exports.write_csv(built, tmp_path / "x.csv", MARTS["marts.metric_value"])
    assert line in (tmp_path / "x.csv").read_text(encoding="utf-8")


TARGETS = [
    # organisation, metric, item ('' for each), from, until, target
    ("ZZ1", "M1", "", date(2026, 4, 1), date(2026, 8, 31), 50),
    ("ZZ1", "M1", "", date(2026, 9, 1), None, 66.7),
    ("ZZ1", "M1", "b", date(2026, 4, 1), None, 70),
]


@pytest.fixture
def targets(built: duckdb.DuckDBPyConnection) -> Iterator[None]:
    built.executemany("INSERT INTO reference.target VALUES (?, ?, ?, ?, ?, ?)", TARGETS)
    yield
    built.execute("DELETE FROM reference.target")


MONTHS = """
    metric_id item_code organisation_code period_start period_end person_key staff_group_code numerator
"""


def months(*rows: str) -> str:
    """Three people a row, of whom two count: 66.7 %."""
    return MONTHS + "\n".join(f"M1 {row} p{n} medical_and_dental {n % 2}" for row in rows for n in (1, 2, 3))


@pytest.mark.usefixtures("targets")
def test_a_figure_stands_beside_the_target_of_its_last_day_and_says_whether_it_is_met(built) -> None:
    text = months(
        "a ZZ1 2026-03-01 2026-03-31",  # before the first target: the metric's own
        "a ZZ1 2026-08-01 2026-08-31",
        "a ZZ1 2026-08-15 2026-09-01",
        "b ZZ1 2026-09-01 2026-09-30",  # the item's own target goes before the one of every item
        "a ZZ2 2026-09-01 2026-09-30",
    )
    columns = "item_code, organisation_code, period_end, value, target, is_target_met"
    assert printed(built, columns, text, target=80.0) == lines("""
        a ZZ1 2026-03-31 66.7 80   False
        a ZZ1 2026-08-31 66.7 50   True
        a ZZ1 2026-09-01 66.7 66.7 True
        b ZZ1 2026-09-30 66.7 70   False
        a ZZ2 2026-09-30 66.7 80   False
    """)
    # Where lower is better, 66.7 meets 70 and 80; where neither is, there is nothing to meet.
    assert printed(built, "is_target_met", text, target=80.0, direction=-1) == lines("True\nFalse\nTrue\nTrue\nTrue")
    assert "True" not in printed(built, "is_target_met", text, target=80.0, direction=0)


@pytest.mark.usefixtures("targets")
def test_a_target_of_a_count_is_the_organisations_and_not_each_groups(built) -> None:
    text = months("a ZZ1 2026-09-01 2026-09-30")
    changes = {"breakdowns": ["staff_group"], "statistic": "count", "unit": "people"}
    where = "breakdown, target, is_target_met"
    found = printed(built, where, text, **changes)
    assert found == lines("all 66.7 False\n staff_group - -")
    assert "staff_group 66.7 True" in printed(built, where, text, breakdowns=["staff_group"])


@pytest.mark.usefixtures("targets")
def test_a_withheld_figure_does_not_say_whether_it_meets_its_target(built) -> None:
    text = months("a ZZ1 2026-09-01 2026-09-30")
    columns = "status, target, is_target_met"
    assert printed(built, columns, text, profile="staff_survey") == "suppressed 66.7 -"


def test_a_period_says_what_kind_it_is(built) -> None:
    text = "metric_id person_key period_start period_end numerator\n"
    text += "M1 a 2026-04-01 2026-09-30 1\nM1 b 2026-09-01 2026-09-30 1"
    assert printed(built, "period_start, period_kind", text, datasets=["appraisal"]) == lines(
        "2026-04-01 year_to_date\n 2026-09-01 year_to_date"
    )


def test_a_withheld_crossed_category_has_a_row_only_where_both_that_it_crosses_are_in_print(built) -> None:
    """Whoever is in it: nobody is a doctor without an answer, 5 nurses say no, and of midwives there are 4 at all."""
    people = {"doctor yes": 60, "nurse yes": 60, "nurse no": 5, "ahp yes": 40, "ahp no": 60, "midwife yes": 4}
    rows = [f"M1 {cell[:3]}{n} {cell} {n % 2}" for cell, count in people.items() for n in range(count)]
    by = ("staff_group", "research_active", "staff_group x research_active")
    for category in (
        f"{group} x {answer}" for group in ("doctor", "nurse", "ahp", "midwife") for answer in ("yes", "no")
    ):
        built.execute("INSERT INTO reference.breakdown_category VALUES (?, ?, '', 1)", [by[-1], category])
    text = "\n".join(("metric_id person_key staff_group_code research_active_code numerator", *rows))
    figures_of(built, text, [metric(breakdowns=by)])
    in_print = dict(built.execute("SELECT category, breakdown FROM marts.metric_value WHERE value > 0").fetchall())
    crossed = built.execute(f"SELECT category, status FROM marts.metric_value WHERE breakdown = '{by[-1]}'").fetchall()
    withheld = {category for category, status in crossed if status == "suppressed"}
    listed = {f"{one} x {other}" for one in in_print for other in ("yes", "no") if in_print[one] == "staff_group"}
    assert withheld == {one for one in listed if one.split(" x ")[1] in in_print} - in_print.keys()
    assert "doctor x no" in withheld and not any("midwife" in one for one in withheld)
