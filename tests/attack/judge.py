"""Lays what the attacker finds beside what is true, which the attacker never sees."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.attack.bounds import Found, broken
from tests.attack.identities import Counts
from tests.attack.release import Key, Release, read_release
from tests.attack.system import THRESHOLD, Builder, Level, Rests, Truth
from tests.attack.unknowns import Name, System

Place = tuple[Key, str]  # a figure and what of it: its base, who counts, or the rest
TRUE = f"""
SELECT {", ".join(f"figure.{name}" for name in Key._fields)}, people_count, numerator_people_count,
    metric.statistic IN ('proportion', 'ratio') AS is_share,
    metric.statistic IN ('proportion', 'ratio') AND metric.counts = 'people' AND tests_complement AS has_rest
FROM core.metric_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.disclosure_profile AS profile USING (profile)
WHERE profile.threshold > 0 AND figure.denominator IS NOT NULL
"""


def read_truth(work: Path) -> dict[Place, float]:
    """How many people are behind each figure of people, by role, as the work database has it."""
    found: dict[Place, float] = {}
    with duckdb.connect(str(work), read_only=True) as connection:
        rows = connection.execute(TRUE).fetchall()
    for *key, base, counted, is_share, has_rest in rows:
        figure = Key(*key)
        found[figure, "base"] = base
        if is_share:
            found[figure, "counted"] = counted
        if has_rest:
            found[figure, "rest"] = max(base - counted, 0)
    return found


@dataclass(frozen=True)
class State:
    """A release, and what was true when it was made."""

    release: Release
    truth: Truth = field(default_factory=dict)
    edition: str = "now"
    work: Path | None = None
    empty: frozenset[Key] = frozenset()  # withheld rows that say of a category that nobody is in it


def read_state(folder: Path, work: Path) -> State:
    """A release's folder, and the work database that it was made from."""
    release, truth = read_release(folder), read_truth(work)
    empty = frozenset(_empty(release, truth))
    truth |= {(key, role): 0.0 for key in empty for role in Counts._fields}
    return State(release, truth, folder.resolve().name, work, empty)


def _empty(release: Release, truth: Truth) -> Iterator[Key]:
    """Withheld rows of a category in which nobody is."""
    missing = {key[:5] for key, row in release.rows.items() if row.get("status") == "not_available"}
    for key, row in release.rows.items():
        is_personal = release.metrics[key.metric_id]["profile"] == "staff_survey"
        is_known = (key, "base") in truth or key[:5] in missing or key.category == "all"
        if row.get("status") == "suppressed" and is_personal and not is_known:
            yield key


@dataclass
class Table:
    """What one attack brought."""

    title: str
    exact: dict[Place, Found] = field(default_factory=dict)  # counts of 1 to 10
    bounded: dict[Place, Found] = field(default_factory=dict)
    zeros: dict[Place, Found] = field(default_factory=dict)
    zeros_bounded: dict[Place, Found] = field(default_factory=dict)
    empty: dict[Place, Found] = field(default_factory=dict)  # categories of which nobody is known to be
    names: dict[Place, Name] = field(default_factory=dict)
    withheld: int = 0
    seconds: float = 0.0
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def every(self) -> dict[Place, Found]:
        """All that was found, by figure and role."""
        return {**self.exact, **self.bounded, **self.zeros, **self.zeros_bounded}

    @property
    def figures(self) -> set[Key]:
        """Those that lost their protection."""
        return {key for key, _ in self.every}

    def line(self) -> tuple[str, ...]:
        """Its line of the report: figures and role, and in brackets how many different counts these are."""
        found = (self.exact, self.bounded, self.zeros, self.zeros_bounded, self.empty)
        names = [len({self.names[place] for place in one}) for one in found]
        told = [f"{len(one):,} ({name:,})" for one, name in zip(found, names, strict=True)]
        return self.title, f"{self.withheld:,}", *told, f"{len(self.figures):,}", f"{self.seconds:.0f}"

    def reasons(self) -> Counter[str]:
        """What the different counts rest on that were found, most first."""
        seen = {self.names[place]: " + ".join(sorted(one.said)) for place, one in self.every.items()}
        return Counter(seen.values())

    def examples(self, reason: str) -> list[str]:
        """A figure for each that rests on it."""
        return [
            f"{key.metric_id} {key.item_code} {key.organisation_code} {key.period_end} {key.breakdown} {key.category}"
            f" {role}: {one.low:.0f} to {one.high:.0f}"
            for (key, role), one in self.every.items()
            if " + ".join(sorted(one.said)) == reason
        ]


def is_shown(release: Release, key: Key) -> bool:
    """True where the figure is in print."""
    return release.rows.get(key, {}).get("status") in ("shown", "not_restated")


def attack(level: Level, rests: Rests, *states: State, title: str = "", knows_rules: bool = False) -> Table:
    """What can be worked out of a release, or of several together, at that level."""
    began = time.monotonic()
    system, asked = System(), dict[Name, tuple[float, list[Place]]]()
    table = Table(title or f"{level}, rests {rests}")
    for state in states:
        system.roles = {}
        Builder(state.release, level, rests, state.truth, state.edition, knows_rules, system).build()
        for place, true in _targets(state, system):
            table.names[place] = system.roles[place]
            asked.setdefault(system.roles[place], (true, []))[1].append(place)
    table.withheld, table.dropped = len({key for key, _ in table.names}), dict(system.dropped)
    empty = frozenset(key for state in states for key in state.empty)
    needs = {system.at[name]: (true // 2, _most(places, empty)) for name, (true, places) in asked.items()}
    found = broken(system, needs)
    for name, (true, places) in asked.items():
        if one := found.get(system.at[name]):
            assert one.low <= true <= one.high, (name, true, one)
            for place in places:
                if place[0] in empty:
                    table.empty[place] = one
                else:
                    _sort(table, place, true, one)
    table.seconds = time.monotonic() - began
    return table


def _most(places: list[Place], empty: frozenset[Key]) -> int:
    """What it must be possible that a count is: the threshold; of a category with nobody in it, somebody."""
    return 1 if all(key in empty for key, _ in places) else THRESHOLD


def _targets(state: State, system: System) -> Iterator[tuple[Place, float]]:
    """Small counts and zeros of the figures that may not be known by themselves, and are not in print."""
    for (key, role), true in state.truth.items():
        name = system.roles.get((key, role))
        if true < THRESHOLD and name and name.where.edition == state.edition and not is_shown(state.release, key):
            yield (key, role), true


def _sort(table: Table, place: Place, true: float, found: Found) -> None:
    exact, bounded = (table.exact, table.bounded) if true else (table.zeros, table.zeros_bounded)
    (exact if found.is_exact else bounded)[place] = found


def kept_share(state: State) -> tuple[int, int]:
    """How many of the figures that are safe by themselves are in print; merged groups are not counted."""
    roles: dict[Key, list[float]] = defaultdict(list)
    for (key, _), true in state.truth.items():
        roles[key].append(true)
    safe = [key for key, counts in roles.items() if min(counts) >= THRESHOLD and key in state.release.rows]
    return sum(is_shown(state.release, key) for key in safe), len(safe)
