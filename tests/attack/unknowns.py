"""Counts of people that nobody is told, what is known of each by itself, and the rules between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor, inf
from typing import NamedTuple

from tests.attack.identities import Place
from tests.attack.release import Key

HAIR = 1e-6
MOST_TRIES = 100  # of one rule, which might otherwise narrow something by one for ever


class Where(NamedTuple):
    """Counts of one organisation and period, as one release stated them, that may be laid beside each other."""

    organisation: str
    period: tuple
    edition: str  # the release that first said so
    group: str  # '' for all; else the metric, or metric and item, that is looked at alone


class Name(NamedTuple):
    """One unknown."""

    where: Where
    concept: str
    place: Place


@dataclass
class Rule:
    """low <= sum of coefficient x unknown <= high."""

    label: str
    terms: dict[int, float]
    low: float = 0.0
    high: float = 0.0


@dataclass
class System:
    """Unknowns with what is known of each by itself, and rules between them."""

    at: dict[Name, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    facts: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # unknown -> who says what it is
    rules: list[Rule] = field(default_factory=list)
    roles: dict[tuple[Key, str], Name] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def unknown(self, name: Name) -> int:
        """Its number; made where it is new."""
        if name not in self.at:
            self.at[name] = len(self.low)
            self.low.append(0.0)
            self.high.append(inf)
        return self.at[name]

    def tell(self, name: Name, low: float, high: float, label: str) -> None:
        """What is known of one unknown; what contradicts what was known before is left out."""
        number = self.unknown(name)
        if max(self.low[number], low) > min(self.high[number], high):
            self.dropped[label] += 1
            return
        self.low[number], self.high[number] = max(self.low[number], low), min(self.high[number], high)
        self.facts[number].add(label)


def tighten(system: System) -> None:
    """Narrow the unknowns as far as one rule after the other does, in whole numbers; facts tell by what."""
    of: dict[int, list[int]] = defaultdict(list)
    for number, rule in enumerate(system.rules):
        for column in rule.terms:
            of[column].append(number)
    waiting, tries = dict.fromkeys(range(len(system.rules))), defaultdict(int)
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        tries[number] += 1
        if tries[number] < MOST_TRIES:
            for column in _narrowed(system, system.rules[number]):
                waiting.update(dict.fromkeys(of[column]))


def _narrowed(system: System, rule: Rule) -> list[int]:
    """The unknowns that the rule narrowed."""
    low, high, found = system.low, system.high, []
    ends = {c: sorted((f * low[c], f * high[c])) for c, f in rule.terms.items()}
    least, most = sum(end[0] for end in ends.values()), sum(end[1] for end in ends.values())
    for column, factor in rule.terms.items():
        others = _without(least, ends, column, 0), _without(most, ends, column, 1)
        edges = sorted(((rule.low - others[1]) / factor, (rule.high - others[0]) / factor))
        down = max(low[column], ceil(edges[0] - HAIR)) if edges[0] > -inf else low[column]
        up = min(high[column], floor(edges[1] + HAIR)) if edges[1] < inf else high[column]
        if (down > low[column] or up < high[column]) and down <= up:
            low[column], high[column] = float(down), float(up)
            said = set().union(*(system.facts.get(other, ()) for other in rule.terms if other != column))
            system.facts[column] |= said | {rule.label}
            found.append(column)
    return found


def _without(total: float, ends: Mapping[int, list[float]], column: int, side: int) -> float:
    """The sum without one term, which may be without end."""
    if abs(total) < inf:
        return total - ends[column][side]
    return sum(end[side] for other, end in ends.items() if other != column)
