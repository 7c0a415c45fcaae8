"""What a reader finds in a release: the figures of all its tables, and what its ratios give. No code of the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tests.attack.survey import Questions

Z2 = 1.959963984540054**2
Row = Mapping[str, Any]


class Key(NamedTuple):
    """Which figure."""

    metric_id: str
    item_code: str
    organisation_code: str
    period_start: date
    period_end: date
    breakdown: str
    category: str

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands among the figures of its item."""
        return self.breakdown, self.category


NUMBERS = ("people_count", "numerator", "denominator", "row_count", "value", "interval_low", "interval_high")
NUMBERS += ("q1", "q3", "response_rate_pct", "interval_method")


@dataclass
class Release:
    """The rows that a release has, with all that any table of it says of each; and its public tables."""

    rows: dict[Key, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    questions: Questions = field(default_factory=lambda: Questions({}, {}))
    wide: dict[str, str] = field(default_factory=dict)  # profession -> its staff group, staff group -> its wide group
    metrics: dict[str, Row] = field(default_factory=dict)

    def say(self, key: Key, row: Row) -> None:
        """Add what a table says of a figure; what was said of it before stays."""
        known = self.rows[key]
        for name in (*NUMBERS, "kept_from_release_id", "status"):
            if row.get(name) is not None and known.get(name) is None:
                known[name] = row[name]


def read_release(folder: Path) -> Release:
    """All that the folder's Parquet files say of figures."""
    tables = {file.stem: rows_of(file) for file in sorted((folder / "parquet").glob("*.parquet"))}
    release = Release(
        questions=Questions(
            {row["question_key"]: row["domain_code"] for row in tables["instrument_item"]},
            {row["question_key"]: row["level_code"] for row in tables["item_subtheme"]},
        ),
        wide={row["code"]: row["wider_code"] for row in tables["codelist"] if row["codelist"] == "profession"}
        | {row["staff_group_code"]: row["staff_group_wide_code"] for row in tables["staff_group_wide"]},
        metrics={row["metric_id"]: row for row in tables["metric"]},
    )
    for rows in tables.values():
        if rows and {*Key._fields, "people_count"} <= rows[0].keys():
            for row in rows:
                release.say(key_of(row), row)
    _say_sides(release, tables["research_active_comparison"])
    _say_outcomes(release, tables["adoption_and_outcome"])
    _say_points(release, tables["metric_spc"])
    return release


def rows_of(file: Path) -> list[dict[str, Any]]:
    """A file's rows."""
    return duckdb.sql(f"SELECT * FROM '{file}'").to_arrow_table().to_pylist()


def key_of(row: Row) -> Key:
    """The figure that a row is about."""
    return Key(*(row[name] for name in Key._fields))


def _say_sides(release: Release, rows: Iterable[Row]) -> None:
    """Research-active staff beside others: each side is a figure, and the difference gives one from the other."""
    for row in rows:
        own = {name: row[name] for name in Key._fields if name in row}
        for side, other, sign, category in (("active", "other", 1, "yes"), ("other", "active", -1, "no")):
            key = key_of({**own, "breakdown": "research_active", "category": category})
            told = {name: row.get(f"{side}_{name}") for name in NUMBERS}
            if told["value"] is None and row["difference"] is not None and row[f"{other}_value"] is not None:
                told["value"] = row[f"{other}_value"] + sign * row["difference"]
            release.say(key, told)


def _say_outcomes(release: Release, rows: Iterable[Row]) -> None:
    for row in rows:
        breakdown = row["outcome_breakdown"]
        own = {name.removeprefix("outcome_"): value for name, value in row.items() if name.startswith("outcome_")}
        category = row["site_code"] if breakdown == "site" else "all"
        release.say(key_of({**own, "category": category}), own)


def _say_points(release: Release, rows: Iterable[Row]) -> None:
    """Points of charts; where a mean is printed and one point is not, the mean gives it."""
    groups: dict[tuple, dict[tuple, Row]] = defaultdict(dict)
    for row in rows:
        release.say(_point(row), row)
        groups[row["series_id"], row["rule_set"], row["rebase_group"]][row["period_start"], row["period_end"]] = row
    for group in groups.values():
        points = list(group.values())
        hidden = [row for row in points if row["value"] is None]
        means = {row["mean"] for row in points}
        if len(hidden) == 1 and len(means) == 1 and None not in means:
            rest = sum(row["value"] for row in points if row["value"] is not None)
            release.say(_point(hidden[0]), {"value": means.pop() * len(points) - rest})


def _point(row: Row) -> Key:
    return key_of(row)


def people(row: Row) -> float | None:
    """How many people a row's base has, printed or reckoned from its interval."""
    if row.get("people_count") is not None:
        return row["people_count"]
    if not row.get("interval_method", "").startswith("Wilson"):
        return None
    low, high, value = (row.get(name) for name in ("interval_low", "interval_high", "value"))
    if None in (low, high, value) or not 0 < low < high < 100:
        return None
    centre, p = (low + high) / 200, value / 100
    return round(Z2 * (1 - 2 * centre) / 2 / (centre - p)) if abs(centre - p) > 1e-12 else None


def counted(row: Row, base: float | None) -> float | None:
    """How many of the base's people count, printed or reckoned from the share."""
    if row.get("numerator") is not None:
        return row["numerator"]
    if base is None or row.get("value") is None:
        return None
    return round(row["value"] * base / 100)


def rates(release: Release) -> Iterator[tuple[Key, float]]:
    """Each printed response rate, with the figure that it stands beside."""
    for key, row in release.rows.items():
        if row.get("response_rate_pct") is not None:
            yield key, row["response_rate_pct"]


def as_fraction(percent: float, most: int = 20_000) -> Fraction | None:
    """The only fraction of small numbers that is printed so; None where the print is too coarse to tell."""
    found = Fraction(percent / 100).limit_denominator(most)
    return found if abs(float(found) * 100 - percent) < 1e-9 else None


def offered(release: Release, key: Key, boxes: Iterable[str]) -> int:
    """How many of the boxes the survey of a figure offered: those that have a figure of all."""
    metric = key.metric_id.replace("_level_share", "_ticked")
    at_all = key._replace(metric_id=metric, breakdown="all", category="all")
    return sum(at_all._replace(item_code=box) in release.rows for box in boxes)
