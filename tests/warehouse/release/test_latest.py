"""The latest figures beside those before them: which are told, and in which order."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.db.queries import select_of

HEADINGS = (
    "metric_id, metric_title, organisation_code, item_code, period_kind, period_start, period_end, period_label,"
    " breakdown, status, value, unit, decimals, direction_label, series_id"
)


def figure(month: int, value: float | None, *, metric: str = "plans", kind: str = "as_at", unit: str = "%", **own: str):
    """One figure of ZZ1, at the end of a month of 2026."""
    about = {"item": "none", "breakdown": "all", "status": "shown", "start": f"2026-{month:02}-01", "series": 1, **own}
    end = f"2026-{month:02}-28"
    where = (metric, metric, "ZZ1", about["item"], kind, about["start"], end, f"to {month}")
    series = f"{metric}|{about['item']}|ZZ1|{about['breakdown']}|{about['series']}"
    return (*where, about["breakdown"], about["status"], value, unit, 1, "", series)


def told(*rows: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Which metric is told, with its values before and now."""
    marks = ", ".join(["(" + ", ".join("?" * 15) + ")"] * len(rows))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute(
            "CREATE TABLE marts.dashboard_figure AS SELECT * REPLACE (CAST(period_start AS DATE) AS period_start,"
            f" CAST(period_end AS DATE) AS period_end) FROM (VALUES {marks})"
            f" AS rows ({HEADINGS})",
            [cell for row in rows for cell in row],
        )
        found = connection.execute(f"SELECT metric_title, value_before, value_now FROM ({select_of('release.latest')})")
        return found.fetchall()


def test_the_last_two_in_print_are_compared_whatever_lies_between() -> None:
    rows = (figure(6, 30.0), figure(7, 40.0), figure(8, None, status="suppressed"), figure(9, 45.0))
    assert told(*rows) == [("plans", 40.0, 45.0)]


@pytest.mark.parametrize(
    "rows",
    [
        (figure(7, 40.0), figure(8, 41.0, status="not_restated"), figure(9, 45.0)),
        (figure(6, 30.0, series=1), figure(7, 40.0, series=2), figure(9, 45.0, series=2)),
        (figure(6, 30.0, status="not_restated"), figure(7, 40.0), figure(9, 45.0)),
    ],
    ids=["a kept one between", "a break before both", "a kept one before both"],
)
def test_of_one_series_the_last_two_that_were_stated_anew_are_compared(rows: tuple[tuple[object, ...], ...]) -> None:
    assert told(*rows) == [("plans", 40.0, 45.0)]


@pytest.mark.parametrize(
    "rows",
    [
        (figure(9, 45.0),),
        (figure(8, 45.0), figure(9, 45.0)),
        (figure(8, 40.0, breakdown="staff_group"), figure(9, 45.0, breakdown="staff_group")),
        (figure(8, 40.0, item="a"), figure(9, 45.0, item="a")),
        (figure(3, 90.0, kind="year_to_date", start="2025-04-01"), figure(4, 5.0, kind="year_to_date")),
        (figure(3, 90.0, kind="month"), figure(4, 5.0, kind="wave")),
        (figure(8, 40.0, status="not_restated"), figure(9, 45.0)),
        (figure(8, 40.0), figure(9, 45.0, status="not_restated")),
        (figure(7, 40.0), figure(8, 41.0), figure(9, 45.0, status="not_restated")),
        (figure(8, 40.0, status="not_restated"), figure(9, 45.0, status="not_restated")),
        (figure(8, 40.0, series=1), figure(9, 45.0, series=2)),
        (figure(7, 40.0, series=1), figure(8, 41.0, series=1), figure(9, 45.0, series=2)),
    ],
    ids=[
        *("no other", "the same", "a breakdown", "an item", "another year's count", "another kind of period"),
        *("kept before", "kept now", "kept now, after two", "both kept", "a break", "a break after two"),
    ],
)
def test_what_cannot_be_compared_or_is_the_same_is_not_told(rows: tuple[tuple[object, ...], ...]) -> None:
    assert told(*rows) == []


def test_the_largest_difference_comes_first_in_points_or_as_a_share_of_the_value_before() -> None:
    rows = (
        *(figure(8, 40.0, metric="points"), figure(9, 50.0, metric="points")),  # 10 points
        *(figure(8, 200.0, metric="people", unit="people"), figure(9, 260.0, metric="people", unit="people")),  # 30 %
    )
    assert [metric for metric, _, _ in told(*rows)] == ["people", "points"]
