"""marts.metric_value: counted units in, the figures as they are printed out; expected numbers worked out by hand."""

from __future__ import annotations

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


def test_the_csv_shows_a_count_without_a_point(built, tmp_path: Path) -> None:
    figures_of(built, units(*[1] * 53, *[0] * 7), [metric(**PUBLIC)])
    exports.write_csv(built, tmp_path / "x.csv", MARTS["marts.metric_value"])
    (line,) = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert ",53,60,,,60,60,88.3," in line


def test_a_period_says_what_kind_it_is(built) -> None:
    text = "metric_id person_key period_start period_end numerator\n"
    text += "M1 a 2026-04-01 2026-09-30 1\nM1 b 2026-09-01 2026-09-30 1"
    assert printed(built, "period_start, period_kind", text, datasets=["appraisal"]) == lines(
        "2026-04-01 year_to_date\n 2026-09-01 year_to_date"
    )
