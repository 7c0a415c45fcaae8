"""Charts: where each part lies, worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from dashboards import charts
from dashboards.page import HERE


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([75.0, 93.8, None], [75, 80, 85, 90, 95]),
        ([0.0, 100.0], [0, 25, 50, 75, 100]),
        ([-0.3, 1.9], [-1, 0, 1, 2]),
        ([11.7], [10, 11, 12, 13]),
        ([0.0], [-1, -0.5, 0, 0.5, 1]),
        ([], [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_ticks_are_round_and_enclose_every_value(values: list[float | None], expected: list[float]) -> None:
    assert charts.ticks(values) == expected


@pytest.mark.parametrize(
    ("values", "least", "expected"),
    [
        ((74.8, 75.7), 10, (70.25, 80.25)),
        ((1.2, 1.4), 10, (0, 10)),
        ((10, 90), 10, (10, 90)),
        ((-0.1, 0.1), 1, (-0.5, 0.5)),
    ],
)
def test_an_axis_is_long_enough_for_a_small_change_to_look_small(
    values: tuple[float, float], least: float, expected: tuple[float, float]
) -> None:
    drawn = charts.heights([_point(month, value) for month, value in enumerate(values, 1)], least)
    assert (min(drawn), max(drawn)) == pytest.approx(expected)


def test_a_scale_goes_from_its_start_to_its_end() -> None:
    upwards = charts.scale(0, 50, 100, 0)
    assert [upwards(0), upwards(25), upwards(50), upwards(33.333)] == [100, 50, 0, 33.3]
    assert charts.scale(7, 7, 10, 90)(7) == 10


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "expected"),
    [
        (93.75, 1, "%", "93.8%"),
        (12345, 0, "people", "12,345 people"),
        (-0.52, 2, "baseline SD", "\N{MINUS SIGN}0.52 baseline SD"),
        (4.9, 2, "score 1-10", "4.90 (score 1-10)"),
    ],
)
def test_a_measure_has_its_decimals_and_its_unit(value: float, decimals: int, unit: str, expected: str) -> None:
    assert charts.measure(value, decimals, unit) == expected


def _point(month: int, value: float | None, series_id: str = "one", **given: Any) -> dict[str, Any]:
    of = {"period_start": date(2026, month, 1), "period_end": date(2026, month, 10), "period_kind": "as_at"}
    none = dict.fromkeys(
        ("interval_low", "interval_high", "target", "mean", "lower_limit", "upper_limit", "rebase_group")
    )
    status = "shown" if value is not None else "suppressed"
    return {
        **of,
        **none,
        "value": value,
        "series_id": series_id,
        "status": status,
        "point_type": "common_cause",
        **given,
    }


def test_a_line_joins_no_gap_no_other_series_and_no_other_year_that_is_counted_up() -> None:
    points = [_point(1, 1), _point(2, None), _point(3, 3), _point(4, 4, "two"), _point(5, 5, "two")]
    assert [[point["value"] for point in run] for run in charts.runs(points)] == [[1], [3], [4, 5]]
    years = [_point(3, 9, period_kind="year_to_date"), _point(4, 1, period_kind="year_to_date")]
    assert len(charts.runs(years)) == 2
    assert charts.breaks(points) == [(date(2026, 3, 10).toordinal() + date(2026, 4, 10).toordinal()) / 2]


def _draw(call: str, **given: Any) -> str:
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
    names = "series, bar, dot, quartiles, variation_icon, assurance_icon"
    text = f'{{% from "charts.html" import {names} with context %}}'
    return environment.from_string(f"{text}{{{{ {call} }}}}").render(charts=charts, **given)


def test_the_points_of_an_spc_chart_lie_where_they_should() -> None:
    limits = {"mean": 20, "lower_limit": 10, "upper_limit": 30}
    types = ("common_cause", "special_cause_concern", "special_cause_improvement")
    points = [_point(m, v, **limits, point_type=t) for m, v, t in zip((1, 2, 3), (20, 10, 30), types, strict=True)]
    drawn = _draw('series(points, "a", "Title", "Said", width=126.2, height=128)', points=points)
    # Ticks 10, 20, 30: labels of two characters take 11.2, so the line goes from 10 + 11.2 + 6 = 27.2 to 118.2.
    # 10 January, 10 February, 10 March: 0, 31 and 59 of 59 days; 30 lies at 8, 10 at 108, 20 in the middle.
    second = 75  # 27.2 + 31 / 59 * 91, to a tenth
    assert f'class="line" d="M27.2,58L{second},108L118.2,8"' in drawn
    assert 'class="mean" d="M27.2,58L' in drawn
    assert drawn.count('class="limit"') == 2
    assert '<circle class="usual" cx="27.2" cy="58.0"' in drawn
    assert f'<path class="worse" d="M{second},103.6L' in drawn
    assert '<rect class="better" x="115.0" y="4.8"' in drawn
    assert (
        re.findall(r'role="img" aria-labelledby="a-t a-d"', drawn)
        and ">Title</title>" in drawn
        and ">Said</desc>" in drawn
    )


def test_a_withheld_point_is_marked_and_not_drawn() -> None:
    drawn = _draw('series(points, "a", "Title", "Said")', points=[_point(1, 5), _point(2, None), _point(3, 7)])
    assert drawn.count("<circle") == 2
    assert re.search(r'text-anchor="middle">c</text>', drawn)
    assert drawn.count('class="line"') == 2


def test_rows_lie_on_their_scale() -> None:
    assert 'class="bar" x="0.5" y="0.5" width="34.0"' in _draw('bar(25, 0, 100, "a", "25%")')
    dot = _draw('dot(1, 0.5, 1.5, 0, 2, "a", "1.0", zero=0)')
    assert 'cx="70.0"' in dot and 'd="M38.0,8.0H102.0M' in dot and 'class="zero" d="M6.0,' in dot
    assert 'class="box" x="36.5" y="3" width="67.0"' in _draw('quartiles(1, 2, 3, 0, 4, "a", "2.0")')


@pytest.mark.parametrize("icon", charts.VARIATION)
def test_an_icon_says_by_letter_and_shape_what_its_colour_says(icon: str) -> None:
    drawn = _draw("variation_icon(icon, 'a')", icon=icon)
    kind, _, way = icon.partition("_")
    shape = {"improvement": "<rect", "concern": "M20,1L39,20", "neutral": "M20,2L39,37", "common": "<circle"}[kind]
    assert shape in drawn and charts.VARIATION[icon] in drawn
    assert re.findall(r">([HL])</text>", drawn) == {"high": ["H"], "low": ["L"]}.get(way, [])


@pytest.mark.parametrize(("icon", "letter"), list(zip(charts.ASSURANCE, "PF?", strict=True)))
def test_an_assurance_icon_has_its_letter(icon: str, letter: str) -> None:
    assert re.findall(r">(.)</text>", _draw("assurance_icon(icon, 'a')", icon=icon)) == [letter]
