"""Where the parts of a chart lie: the arithmetic that the macros of templates/charts.html draw with."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

Point = Mapping[str, Any]
STEPS = (1, 2, 2.5, 5, 10)
HEIGHTS = ("value", "interval_low", "interval_high", "mean", "lower_limit", "upper_limit", "target")
VARIATION = {
    "common_cause": "Usual variation: no clear change",
    "improvement_high": "Special-cause variation: higher, which is better",
    "improvement_low": "Special-cause variation: lower, which is better",
    "concern_high": "Special-cause variation: higher, which is worse",
    "concern_low": "Special-cause variation: lower, which is worse",
    "neutral_high": "Special-cause variation: higher, neither better nor worse",
    "neutral_low": "Special-cause variation: lower, neither better nor worse",
}
ASSURANCE = {
    "consistent_pass": "The target is met as long as nothing changes",
    "consistent_fail": "The target is missed as long as nothing changes",
    "inconsistent": "The target is met in some periods and missed in others",
}
MINUS = "\N{MINUS SIGN}"


def number(value: float, decimals: int) -> str:
    """A figure in print: its own decimals, commas between thousands, a true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def measure(value: float, decimals: int, unit: str) -> str:
    """A figure with its unit: 93.8%, 4.95 (score 1-10), 320 people."""
    printed = number(value, decimals)
    if unit == "%":
        return f"{printed}%"
    return f"{printed} ({unit})" if unit.startswith(("score", "rating")) else f"{printed} {unit}"


def day(value: date) -> str:
    """A date as people write it: 30 September 2026."""
    return f"{value.day} {value:%B %Y}"


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """What places a value between `low` and `high` on the way from `start` to `end`, to a tenth of a pixel."""
    width = (high - low) or 1

    def place(value: float) -> float:
        return round(start + (value - low) / width * (end - start), 1)

    return place


def ticks(values: Iterable[float | None], most: int = 5) -> list[float]:
    """At most `most` round numbers at equal distances, the first and last of which enclose all values."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    power = math.floor(math.log10((high - low) / most))
    for step in (10.0**p * s for p in range(power, power + 3) for s in STEPS):
        first, last = math.floor(round(low / step, 9)), math.ceil(round(high / step, 9))
        if last - first < most:
            break
    return [round(step * n, 9) for n in range(first, last + 1)]


def heights(points: Sequence[Point], least: float = 0) -> list[float]:
    """All that a line chart of these points draws by its height, and what makes its axis `least` long.

    So a small change looks small. An axis of numbers that are none below 0 stays above it.
    """
    drawn = [point[name] for point in points for name in HEIGHTS if point.get(name) is not None]
    low, high = min(drawn), max(drawn)
    lacking = max(least - (high - low), 0)
    start = low - lacking / 2 if low < 0 else max(low - lacking / 2, 0)
    return [*drawn, start, start + lacking + high - low]


def short(value: float) -> str:
    """A number on an axis, without decimals that say nothing."""
    return f"{value:,.10g}".replace("-", MINUS)


def widest(values: Iterable[float]) -> int:
    """How many characters the longest of these numbers has on an axis."""
    return max(len(short(value)) for value in values)


def month(value: date) -> str:
    """A date on an axis: Sep 2026."""
    return f"{value:%b %Y}"


def runs(points: Sequence[Point]) -> list[list[Point]]:
    """The points that a line may join: neighbours with a value, of one series, rebasing and year that is counted up."""

    def joined(point: Point) -> tuple[object, ...]:
        year = point["period_start"] if point["period_kind"] == "year_to_date" else None
        return point["value"] is not None, point["series_id"], point["rebase_group"], year

    return [list(run) for (is_shown, *_), run in groupby(points, joined) if is_shown]


def steps(points: Sequence[Point], name: str) -> list[list[Point]]:
    """Neighbouring points for which `name` is the same number."""
    return [list(run) for value, run in groupby(points, lambda point: point[name]) if value is not None]


def breaks(points: Sequence[Point]) -> list[float]:
    """The days between two points at which a new series begins, as ordinal numbers."""
    return [
        (before["period_end"].toordinal() + after["period_end"].toordinal()) / 2
        for before, after in pairwise(points)
        if before["series_id"] != after["series_id"]
    ]


def line(points: Iterable[Point], x: Callable[[float], float], y: Callable[[float], float], name: str) -> str:
    """The SVG path through `name` of the points."""
    return path((x(point["period_end"].toordinal()), y(point[name])) for point in points)


def path(points: Iterable[tuple[float, float]]) -> str:
    """An SVG path through points on the page."""
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)
