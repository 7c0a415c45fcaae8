"""What a figure says beside its own past."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboards import dashboard, sentences
from tests.lib.released_pages import figure

MARCH = date(2026, 3, 31)


def _pair(
    before: tuple[float, float | None, float | None], after: tuple[float, float | None, float | None], **given: Any
):
    told = []
    for (value, low, high), end in zip((before, after), (MARCH, date(2026, 9, 30)), strict=True):
        told.append(figure("survey", value, end, interval_low=low, interval_high=high, variation_icon=None, **given))
    return told


@pytest.mark.parametrize(
    ("icon", "kind", "says"),
    [
        ("common_cause", "unclear", "No clear change: the latest point lies within its usual variation."),
        ("improvement_low", "better", "Lower than its usual variation explains, which is better."),
        ("concern_high", "worse", "Higher than its usual variation explains, which is worse."),
        ("neutral_low", "different", "Lower than its usual variation explains. Neither direction is better."),
    ],
)
def test_an_spc_chart_decides_where_there_is_one(icon: str, kind: str, says: str) -> None:
    rows = _pair((10, 9, 11), (50, 49, 51))
    assert sentences.change([rows[0], {**rows[1], "variation_icon": icon}]) == (kind, says)


@pytest.mark.parametrize(
    ("before", "after", "direction", "kind", "begins"),
    [
        ((18.9, 16.0, 22.1), (19.7, 16.7, 23.0), 1, "unclear", "No clear change: it was 18.9% at 31 March 2026"),
        ((10, 9, 11), (12, 11, 13), 1, "unclear", "No clear change"),
        ((10, 9, 11), (12, 11.1, 13), 1, "better", "Higher, which is better: it was 10.0%"),
        ((10, 9, 11), (12, 11.1, 13), -1, "worse", "Higher, which is worse"),
        ((10, 9, 11), (7, 6, 8), -1, "better", "Lower, which is better"),
        ((10, 9, 11), (7, 6, 8), 0, "different", "Lower: it was 10.0%"),
        ((10, None, None), (70, None, None), 1, "unknown", "It was 10.0% at 31 March 2026. Too few points"),
    ],
)
def test_without_one_the_intervals_do(before: Any, after: Any, direction: int, kind: str, begins: str) -> None:
    found = sentences.change(_pair(before, after, direction=direction))
    assert found.kind == kind
    assert found.sentence.startswith(begins)


def test_many_points_without_limits_are_not_called_few() -> None:
    told = {"variation_icon": None, "interval_low": None}
    rows = [figure("left", n, date(2025 + (n + 8) // 12, (n + 8) % 12 + 1, 28), **told) for n in range(1, 13)]
    assert sentences.change(rows[1:]).sentence.endswith("Too few points to tell a change from usual variation.")
    assert "It has no limits, by which to tell a change" in sentences.change(rows).sentence


def test_a_withheld_figure_says_why() -> None:
    kept, withheld = _pair((10, 9, 11), (50, 49, 51))
    withheld |= figure("survey", None)
    assert sentences.change([kept, withheld]) == ("unknown", "Withheld because it could identify someone.")
    assert sentences.printed(withheld) == "withheld"


@pytest.mark.parametrize("told", [{"series_id": "another"}, {"value": None, "status": "suppressed"}])
def test_another_series_or_a_withheld_past_is_not_compared(told: dict[str, Any]) -> None:
    before, after = _pair((10, 9, 11), (50, 49, 51))
    assert sentences.change([before | told, after]).kind == "unknown"


@pytest.mark.parametrize(
    ("kind", "start", "before", "is_compared"),
    [
        ("year_to_date", date(2026, 4, 1), date(2025, 9, 30), True),
        ("year_to_date", date(2026, 4, 1), date(2026, 8, 31), False),
        ("12_months", date(2025, 10, 1), date(2025, 9, 30), True),
        ("12_months", date(2025, 10, 1), date(2026, 6, 30), False),
    ],
)
def test_periods_that_are_not_alike_are_not_compared(kind: str, start: date, before: date, is_compared: bool) -> None:
    told = {"period_kind": kind, "variation_icon": None, "interval_low": 1, "interval_high": 2}
    rows = [figure("left", 1, before, **told), figure("left", 1, period_start=start, **told)]
    assert (sentences.change(rows).kind == "unclear") is is_compared


def test_what_stands_beside_a_figure() -> None:
    told = figure(
        "survey", 19.7, interval_low=16.7, interval_high=23, response_rate_pct=33.3, target=18, is_target_met=True
    )
    assert sentences.facts(told) == "n\xa0=\xa0200; 95% interval 16.7 to 23.0; 33.3% answered"
    assert sentences.target(told) == "Target 18.0%: met"
    assert sentences.target(told | {"is_target_met": False}) == "Target 18.0%: not met"
    assert sentences.target(told | figure("survey", None)) == ""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            (18, 16, 21),
            (20, 17, 23),
            "20% (2026-09). It was 18% (2026-03): no clear change, for the intervals overlap.",
        ),
        ((18, 16, 19), (25, 22, 28), "25% (2026-09), up from 18% (2026-03)."),
        ((25, None, None), (18, None, None), "18% (2026-09), down from 25% (2026-03)."),
        ((18, 16, 21), (18, 16, 21), "18% (2026-09), the same as 18% (2026-03)."),
    ],
)
def test_the_overview_tells_no_change_that_may_be_chance(before, after, says: str) -> None:
    rows = _pair(before, after, unit="%", decimals=0)
    dated = [one | {"period_label": f"{one['period_end']:%Y-%m}"} for one in rows]
    assert dashboard._sentence(dated) == says
