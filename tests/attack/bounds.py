"""The least and the most that unknowns of a system can be: exact where both are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

import highspy
import numpy as np

from tests.attack.unknowns import HAIR, Rule, System, tighten

LARGE = 1e7  # no organisation has so many people


class Found(NamedTuple):
    """What was worked out of one unknown, and from what."""

    low: float
    high: float
    said: frozenset[str]

    @property
    def is_exact(self) -> bool:
        """True where it can be one number only."""
        return self.low == self.high


@dataclass(frozen=True)
class Part:
    """Unknowns that rules link, those in print at the edges included."""

    columns: Sequence[int]
    rules: Sequence[Rule]


def parts(system: System) -> Iterator[Part]:
    """The system taken apart: a count in print links nothing."""
    leader = list(range(len(system.low)))

    def find(column: int) -> int:
        while leader[column] != column:
            leader[column] = leader[leader[column]]
            column = leader[column]
        return column

    for rule in system.rules:
        free = [column for column in rule.terms if system.low[column] < system.high[column]]
        for column in free[1:]:
            leader[find(column)] = find(free[0])
    rules: dict[int, list[Rule]] = defaultdict(list)
    for rule in system.rules:
        free = [column for column in rule.terms if system.low[column] < system.high[column]]
        if free:
            rules[find(free[0])].append(rule)
    for own in rules.values():
        yield Part(sorted({column for rule in own for column in rule.terms}), own)


class Solver:
    """One part as a linear program that is asked again and again."""

    def __init__(self, system: System, part: Part) -> None:
        self.system, self.part = system, part
        self.at = {column: number for number, column in enumerate(part.columns)}
        self.solver = highspy._Highs()  # `Highs` prints a line when it is made
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        low = np.array([system.low[column] for column in part.columns])
        high = np.array([min(system.high[column], LARGE) for column in part.columns])
        none = np.array([], dtype=np.int32)
        self.solver.addCols(len(low), np.zeros(len(low)), low, high, 0, none, none, np.array([]))
        entries = [len(rule.terms) for rule in part.rules]
        self.solver.addRows(
            len(part.rules),
            np.array([rule.low for rule in part.rules], dtype=float),
            np.array([rule.high for rule in part.rules], dtype=float),
            sum(entries),
            np.concatenate([[0], np.cumsum(entries)[:-1]]).astype(np.int32),
            np.array([self.at[column] for rule in part.rules for column in rule.terms], dtype=np.int32),
            np.array([factor for rule in part.rules for factor in rule.terms.values()], dtype=float),
        )
        self.aim = np.zeros(len(low))
        self.points: list[np.ndarray] = []

    def least(self, aim: Mapping[int, float]) -> float | None:
        """The least that the sum can be; None where the program ends without one. Raises ValueError."""
        before = np.flatnonzero(self.aim)
        self.aim[:] = 0
        for column, factor in aim.items():
            self.aim[self.at[column]] = factor
        changed = np.union1d(before, np.flatnonzero(self.aim)).astype(np.int32)
        self.solver.changeColsCost(len(changed), changed, self.aim[changed])
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise ValueError("what the release says cannot all be so")
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        point = np.array(self.solver.getSolution().col_value)
        self.points.append(point)
        return float(point @ self.aim)

    def said(self) -> frozenset[str]:
        """The rules and the facts in print that the last answer rests on."""
        solution, found = self.solver.getSolution(), set()
        for rule, dual in zip(self.part.rules, solution.row_dual, strict=True):
            if abs(dual) > HAIR:
                found.add(rule.label)
        for column, dual in zip(self.part.columns, solution.col_dual, strict=True):
            if abs(dual) > HAIR:
                found |= self.system.facts.get(column, set())
        return frozenset(found)

    def interval(self, column: int) -> Found | None:
        """Its least and most whole number, and on what each rests."""
        least = self.least({column: 1.0})
        if least is None:
            return None
        why = self.said()
        most = self.least({column: -1.0})
        if most is None:
            return None
        return Found(ceil(least - HAIR), floor(-most + HAIR), why | self.said())


Need = tuple[float, float]


def broken(system: System, needs: Mapping[int, Need]) -> dict[int, Found]:
    """The unknowns whose interval does not reach from the first number or less to the second or more."""
    tighten(system)
    found = {
        column: Found(system.low[column], system.high[column], frozenset(system.facts[column]))
        for column, need in needs.items()
        if system.low[column] > need[0] or system.high[column] < need[1]
    }
    for part in parts(system):
        wanted = [column for column in part.columns if column in needs and column not in found]
        if wanted:
            found |= _broken(Solver(system, part), {column: needs[column] for column in wanted})
    return found


def _broken(solver: Solver, needs: Mapping[int, Need]) -> dict[int, Found]:
    """The same in one part. Each point at which the program ends may show for several that they can be so."""
    found: dict[int, Found] = {}
    for side in (0, 1):
        solver.points.clear()
        left = {column for column in needs if column not in found}
        for column in _unmet(solver, left, needs, side):
            if interval := solver.interval(column):
                found[column] = interval
    return found


def _unmet(solver: Solver, left: set[int], needs: Mapping[int, Need], side: int) -> Iterator[int]:
    """The unknowns that cannot be so low, or so high. All together are tried first, for as long as that helps."""
    sign = (1.0, -1.0)[side]
    while left and solver.least(dict.fromkeys(left, sign)) is not None:
        met = _met(solver, left, needs, side)
        left -= met
        if not met:
            break
    while left:
        column = left.pop()
        if solver.least({column: sign}) is not None:
            left -= _met(solver, left, needs, side)
            if not _met(solver, {column}, needs, side):
                yield column


def _met(solver: Solver, columns: Collection[int], needs: Mapping[int, Need], side: int) -> set[int]:
    """Those for which the last point is proof enough."""
    point, sign = solver.points[-1], (1, -1)[side]
    return {c for c in columns if sign * point[solver.at[c]] <= sign * needs[c][side] + HAIR}


def intervals(system: System, columns: Collection[int]) -> dict[int, Found]:
    """The least and the most of each, however far apart; without end where nothing says more."""
    found = {c: Found(system.low[c], system.high[c], frozenset(system.facts[c])) for c in columns}
    for part in parts(system):
        solver = Solver(system, part)
        for column in (c for c in part.columns if c in found):
            found[column] = solver.interval(column) or found[column]
    return found


def exact(system: System, columns: Collection[int]) -> dict[int, float]:
    """Those of the unknowns that can be one number only, with it."""
    found = {c: system.low[c] for c in columns if system.low[c] == system.high[c]}
    for part in parts(system):
        wanted = [column for column in part.columns if column in columns and column not in found]
        if wanted:
            found |= _exact(Solver(system, part), wanted)
    return found


def _exact(solver: Solver, columns: Sequence[int]) -> dict[int, float]:
    """The same in one part: two points that differ show that an unknown is not one number."""
    rng, left, found = np.random.default_rng(1), set(columns), {}
    for _ in range(6):
        if solver.least({column: float(rng.normal()) for column in columns}) is None:
            return {}
    for column in columns:
        place = solver.at[column]
        seen = [point[place] for point in solver.points]
        if max(seen) - min(seen) > 1 - HAIR:
            left.discard(column)
    for column in sorted(left):
        interval = solver.interval(column)
        if interval and interval.is_exact:
            found[column] = interval.low
    return found
