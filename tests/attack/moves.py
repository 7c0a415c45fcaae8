"""What two windows that overlap, or two releases, tell of the few people between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple

import duckdb

from tests.attack.bounds import exact
from tests.attack.identities import WINDOWS
from tests.attack.judge import Place, State
from tests.attack.release import Key
from tests.attack.system import THRESHOLD, Builder
from tests.attack.unknowns import Name, System, tighten

ADDED = f"""
WITH person AS (
    SELECT {", ".join(Key._fields)}, round(sum(numerator) * 1e6) / 1e6 AS adds
    FROM core.metric_unit_category
    WHERE person_key IS NOT NULL
    GROUP BY {", ".join(Key._fields)}, person_key
)

SELECT {", ".join(Key._fields)}, adds, count(*) FROM person GROUP BY {", ".join(Key._fields)}, adds
"""


class Move(NamedTuple):
    """A count that both say exactly, and that differs by as few people as changed."""

    place: Place
    other: Place
    before: float
    after: float


class Pair(NamedTuple):
    """One count, as two windows or two releases have it; how many people changed in truth."""

    place: Place
    other: Place
    names: tuple[Name, Name]
    people: int


class Moves(NamedTuple):
    """Of so many pairs in which few people changed, those whose difference is known."""

    few: int
    known: list[Move]


def between_windows(state: State) -> Moves:
    """Figures of one release whose periods overlap."""
    system = Builder(state.release, truth=state.truth, edition=state.edition).build()
    adds, series = _adds(state), defaultdict(list)
    for key, role in sorted(system.roles):
        if (key, role) in state.truth:
            series[key.metric_id, key.item_code, key.organisation_code, key.place, role].append((key, role))
    pairs = [
        Pair(one, other, (system.roles[one], system.roles[other]), _people(adds[one[0]], adds[other[0]]))
        for places in series.values()
        for one, other in combinations(places, 2)
        if one[0].period_end < other[0].period_end and _start(other[0]) <= one[0].period_end
    ]
    return _known(system, pairs)


def between_releases(before: State, after: State) -> Moves:
    """Counts that two releases have, or of which one release has two editions."""
    system = System()
    Builder(before.release, truth=before.truth, edition=before.edition, system=system).build()
    first, system.roles = system.roles, {}
    Builder(after.release, truth=after.truth, edition=after.edition, system=system).build()
    return _known(system, list(_edition_pairs(before, after, first, system)))


def _edition_pairs(before: State, after: State, first: dict[Place, Name], system: System) -> Iterator[Pair]:
    adds = _adds(before), _adds(after)
    for place, name in first.items():
        other = name._replace(where=name.where._replace(edition=after.edition))
        if place in before.truth and place in after.truth and other in system.at:
            yield Pair(place, place, (name, other), _people(adds[0][place[0]], adds[1][place[0]]))


def _known(system: System, pairs: Iterable[Pair]) -> Moves:
    few = [pair for pair in pairs if 0 < pair.people < THRESHOLD]
    tighten(system)
    said = exact(system, {system.at[name] for pair in few for name in pair.names})
    found = []
    for pair in few:
        numbers = [said.get(system.at[name]) for name in pair.names]
        if None not in numbers and numbers[0] != numbers[1]:
            found.append(Move(pair.place, pair.other, *numbers))
    return Moves(len(few), found)


def _people(before: Counter[float], after: Counter[float]) -> int:
    """The fewest people who can have come, gone or changed."""
    return max((after - before).total(), (before - after).total())


def _adds(state: State) -> dict[Key, Counter[float]]:
    """What people add to each figure, and how many; of counted groups those who count and those who do not."""
    found: dict[Key, Counter[float]] = defaultdict(Counter)
    if state.work:
        with duckdb.connect(str(state.work), read_only=True) as connection:
            for *key, adds, count in connection.execute(ADDED).fetchall():
                found[Key(*key)][adds] = count
    for (key, role), true in state.truth.items():
        if role != "base" and sum(found[key].values()) < state.truth[key, "base"]:
            found[key] += Counter({float(role == "counted"): int(true)})
    return found


def _start(key: Key) -> date:
    """The first day of its window; for the year to date, 1 April."""
    if key.metric_id not in WINDOWS:
        return key.period_start
    return date(key.period_end.year - (key.period_end.month < 4), 4, 1)
