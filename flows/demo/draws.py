"""Draws a table's columns as data/ declares them, each over all its rows, so that what is drawn is what is declared.

How a field is declared stands at the top of data/organisations.toml.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from math import inf
from random import Random
from statistics import NormalDist
from typing import Any, TypeAlias

Fields: TypeAlias = Mapping[str, Any]  # field -> how it is drawn
Drawn: TypeAlias = dict[str, Any]  # a row: canonical values, and what other fields are drawn by


def fill(rows: list[Drawn], fields: Fields, draws: Callable[[str], Random], jitter: float = 0.0) -> None:
    """Draw the fields one after another, each by those before it; `jitter` moves a whole column a little.

    Within a group that is declared alike, the drawn chances lie evenly between 0 and 1, in a random order.
    """
    for name, spec in fields.items():
        chance = draws(name)
        moved = chance.gauss(0, jitter)
        for row in rows:
            row[name] = ""
        for leaf, some in _parted(spec, rows):
            places, start = list(range(len(some))), chance.random()
            chance.shuffle(places)
            for row, place in zip(some, places, strict=True):
                level = min(max((place + start) / len(some) + moved, 0.0005), 0.9995)
                row[name] = _value(leaf, name, row, level)


def changing(fields: Fields) -> Fields:
    """Of the fields those that depend on the day on which a row is seen: dates, and what is drawn by them."""
    found: dict[str, Any] = {"today": "{today}"}
    for name, spec in fields.items():
        if {"latest", "path", *found}.intersection(re.findall(r"\w+", str(spec))):
            found[name] = spec
        elif name.endswith("_date"):
            found[name] = f"{{{name}}}"
    return found


def seen(row: Drawn, fields: Fields, today: str, months_before_last: int) -> Drawn:
    """The row, with its `changing` fields, as it stands on a day: later dates and what hangs on them are not known."""
    found = {**row, "today": today}
    for name, spec in fields.items():
        leaf = next((leaf for leaf, some in _parted(spec, [found]) if some), "")
        value = found.get(name, "")
        if isinstance(leaf, str):
            value = leaf.format_map(found)
        elif isinstance(leaf, dict) and "latest" in leaf:
            value = next((state for day, state in leaf["latest"].items() if found.get(day)), leaf["otherwise"])
        elif isinstance(leaf, dict) and "path" in leaf:
            steps = value.split("|")
            value = steps[max(len(steps) - 1 - months_before_last // 3, 0)]
        found[name] = "" if name.endswith("_date") and value > today else value
    return found


def _parted(spec: Any, rows: list[Drawn]) -> Iterator[tuple[Any, list[Drawn]]]:
    """What is drawn, and the rows for which it is."""
    if isinstance(spec, dict) and "when" in spec:
        yield from _parted(spec["draw"], [row for row in rows if fits(spec["when"], row)])
    elif isinstance(spec, dict) and "by" in spec:
        groups: dict[str, list[Drawn]] = {}
        for row in rows:
            groups.setdefault(_way(spec, str(row.get(spec["by"], ""))), []).append(row)
        for way, some in groups.items():
            yield from _parted(spec.get(way, ""), some)
    else:
        yield spec, rows


def _way(spec: Mapping[str, Any], value: str) -> str:
    """Which of the ways a value takes: its own, that of its beginning, or the others'."""
    if value in spec:
        return value
    return next((way for way in spec if way.endswith("*") and value.startswith(way[:-1])), "other")


def fits(when: Mapping[str, Any], row: Drawn) -> bool:
    """True where each field has one of the values; true and false stand for filled and empty."""
    there = ((row.get(name, ""), want) for name, want in when.items())
    return all(bool(value) == want if isinstance(want, bool) else value in want for value, want in there)


def _value(leaf: Any, name: str, row: Drawn, level: float) -> str:
    if isinstance(leaf, str):
        return leaf.format_map(row)
    if isinstance(leaf, dict):
        draw = next((draw for key, draw in WAYS.items() if key in leaf), _weighted)
        return draw(leaf, name, row, level)
    if isinstance(leaf, list):
        return leaf[int(level * len(leaf))] if isinstance(leaf[0], str) else f"{_between(leaf, level):.0f}"
    return "yes" if level < leaf else "no"


def _between(points: Sequence[float], level: float) -> float:
    """The number at that level of a distribution whose quantiles, evenly apart, are the points."""
    at, rest = divmod(level * (len(points) - 1), 1)
    return points[int(at)] + rest * (points[min(int(at) + 1, len(points) - 1)] - points[int(at)])


def _weighted(leaf: Mapping[str, float], name: str, row: Drawn, level: float) -> str:
    sums = list(accumulate(leaf.values()))
    return list(leaf)[min(bisect_right(sums, level * sums[-1]), len(sums) - 1)]


def _date(leaf: Mapping[str, Any], name: str, row: Drawn, level: float) -> str:
    first = row[leaf["after"]]
    return (date.fromisoformat(first) + timedelta(int(_between(leaf["days"], level)))).isoformat() if first else ""


def _number(leaf: Mapping[str, Any], name: str, row: Drawn, level: float) -> str:
    mean = leaf["mean"] + leaf.get("slope", 1) * float(row[leaf["on"]]) if "on" in leaf else leaf["mean"]
    number = NormalDist(mean, leaf["sd"]).inv_cdf(level)
    return f"{min(max(number, leaf.get('least', -inf)), leaf.get('most', inf)):.{leaf.get('digits', 0)}f}"


WAYS: Mapping[str, Callable[[Mapping[str, Any], str, Drawn, float], str]] = {
    "after": _date,
    "mean": _number,
    "share": lambda leaf, name, row, level: str(round(int(row[leaf["of"]]) * _between(leaf["share"], level))),
    "rest_of": lambda leaf, name, row, level: str(
        float(row[leaf["rest_of"]]) - sum(float(one.get(name) or 0) for one in row["siblings"])
    ),
    "path": lambda leaf, name, row, level: _value(leaf["path"], name, row, level),
    "latest": lambda leaf, name, row, level: "",  # is known only on the day on which the row is seen
}
