"""Lays what the attacker finds beside what is true, which the attacker never sees."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.attack.bounds import Found, Need, broken
from tests.attack.release import Key, Release
from tests.attack.system import THRESHOLD, Builder, Level, Rests, Truth
from tests.attack.unknowns import Name, System

TRUE = f"""
SELECT {", ".join(f"figure.{name}" for name in Key._fields)}, people_count, numerator_people_count,
    metric.statistic IN ('proportion', 'ratio') AS is_share,
    metric.statistic IN ('proportion', 'ratio') AND metric.counts = 'people' AS has_rest
FROM core.metric_figure AS figure
INNER JOIN reference.metric AS metric USING (metric_id)
INNER JOIN reference.disclosure_profile AS profile USING (profile)
WHERE profile.threshold > 0 AND figure.denominator IS NOT NULL
"""


def read_truth(work: Path) -> dict[tuple[Key, str], float]:
    """How many people are behind each figure of people, by role, as the work database has it."""
    found: dict[tuple[Key, str], float] = {}
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


@dataclass
class Table:
    """What one attack brought."""

    title: str
    exact: dict[tuple[Key, str], Found] = field(default_factory=dict)  # counts of 1 to 10
    bounded: dict[tuple[Key, str], Found] = field(default_factory=dict)
    zeros: dict[tuple[Key, str], Found] = field(default_factory=dict)
    zeros_bounded: dict[tuple[Key, str], Found] = field(default_factory=dict)
    names: dict[tuple[Key, str], Name] = field(default_factory=dict)
    withheld: int = 0
    seconds: float = 0.0
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def every(self) -> dict[tuple[Key, str], Found]:
        """All that was found, by figure and role."""
        return {**self.exact, **self.bounded, **self.zeros, **self.zeros_bounded}

    @property
    def figures(self) -> set[Key]:
        """Those that lost their protection."""
        return {key for key, _ in self.every}

    def line(self) -> tuple[str, ...]:
        """Its line of the report: figures and role, and in brackets how many different counts these are."""
        found = (self.exact, self.bounded, self.zeros, self.zeros_bounded)
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
    return release.rows.get(key, {}).get("people_count") is not None


def attack(release: Release, truth: Truth, level: Level, rests: Rests, title: str = "") -> Table:
    """What can be worked out of one release at that level."""
    began = time.monotonic()
    system = Builder(release, level, rests, truth).build()
    table = Table(title or f"{level}, rests {rests}", dropped=dict(system.dropped))
    asked = dict(_targets(release, truth, system))
    table.withheld = len({key for key, _ in asked})
    columns: dict[int, Need] = {}
    for place, true in asked.items():
        columns[system.at[system.roles[place]]] = true // 2, THRESHOLD
    found = broken(system, columns)
    for place, true in asked.items():
        one = found.get(system.at[system.roles[place]])
        if one:
            assert one.low <= true <= one.high, (place, true, one)
            table.names[place] = system.roles[place]
            _sort(table, place, true, one)
    table.seconds = time.monotonic() - began
    return table


def _targets(release: Release, truth: Truth, system: System) -> Iterator[tuple[tuple[Key, str], float]]:
    """Small counts and zeros of the figures that may not be known by themselves, and are not in print."""
    kept = {k[:1] + k[2:5] for k, row in release.rows.items() if row.get("kept_from_release_id") is not None}
    for (key, role), true in truth.items():
        if is_shown(release, key) or key[:1] + key[2:5] in kept or (key, role) not in system.roles:
            continue
        if true < THRESHOLD:
            yield (key, role), true


def _sort(table: Table, place: tuple[Key, str], true: float, found: Found) -> None:
    exact, bounded = (table.exact, table.bounded) if true else (table.zeros, table.zeros_bounded)
    (exact if found.is_exact else bounded)[place] = found


def kept_share(release: Release, truth: Truth) -> tuple[int, int]:
    """How many of the figures that are safe by themselves are in print; merged groups are not counted."""
    roles: dict[Key, list[float]] = defaultdict(list)
    for (key, _), true in truth.items():
        roles[key].append(true)
    safe = [key for key, counts in roles.items() if min(counts) >= THRESHOLD and key in release.rows]
    return sum(is_shown(release, key) for key in safe), len(safe)
