"""Figures: what is counted behind each, the sums that hold between them, and what must stay unknown."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from schemas.metrics import OVERLAPPING

ALL = ("all", "all")
NO_VALUE = "no_value"
Place: TypeAlias = tuple[str, str]  # breakdown, category
FigureKey: TypeAlias = tuple[str, str, str, str]  # metric, item, breakdown, category
PlaceSum: TypeAlias = tuple[Place, tuple[Place, ...]]  # the total and its parts
BASE, NUMERATOR, COMPLEMENT, SUM, SUM_OF_BASE = "base", "numerator", "complement", "sum", "sum of base"


@dataclass(frozen=True)
class Figure:
    """A row of core.figure_risk: what is counted behind a figure, and why it is unsafe by itself, if it is."""

    metric_id: str
    item_code: str
    breakdown: str
    category: str
    threshold: int
    people_count: int
    numerator_people_count: int
    is_share: bool
    is_complement_counted: bool
    is_median: bool
    numerator: float | None
    denominator: float | None
    numerator_margin: float | None
    denominator_margin: float | None
    reason: str

    @property
    def place(self) -> Place:
        """Where it stands among the figures of its item."""
        return self.breakdown, self.category

    @property
    def key(self) -> FigureKey:
        """Where it stands among the figures of those who are counted together."""
        return self.metric_id, self.item_code, self.breakdown, self.category

    @property
    def is_unsafe(self) -> bool:
        """True where it may not be known; one that has no value is only not in print."""
        return self.reason not in ("", NO_VALUE)

    @property
    def counts(self) -> dict[str, float]:
        """The counts of people that are in print with it: all of them, and of a share those who count or do not."""
        found: dict[str, float] = {BASE: self.people_count}
        if self.is_share:
            found[NUMERATOR] = self.numerator_people_count
        if self.is_complement_counted:
            found[COMPLEMENT] = max(self.people_count - self.numerator_people_count, 0)
        return found

    @property
    def values(self) -> dict[str, float]:
        """All numbers in print with it that add up over categories: the counts, then PAs or hours."""
        sums = {SUM: self.numerator, SUM_OF_BASE: self.denominator}
        return self.counts | {part: value for part, value in sums.items() if value is not None}

    def needs(self) -> Iterator[tuple[str, float, float]]:
        """What an attacker may not get between, where the figure is unsafe: a part, the least and the most of it."""
        found = list(self._count_needs()) if self.reason != "dominance" else []
        for part, margin in ((SUM, self.numerator_margin), (SUM_OF_BASE, self.denominator_margin)):
            if margin is not None:
                is_all = part == SUM and self.numerator == self.denominator  # it cannot be more
                more = 0 if is_all else margin
                found.append((part, max(self.values[part] - margin, 0), self.values[part] + more))
        yield from found
        if not found and self.reason != "dominance":  # all answers are equal: how many they are must not be known
            yield BASE, max(self.people_count - self.threshold, 0), self.people_count + self.threshold

    def counting_needs(self) -> Iterator[tuple[float, float]]:
        """The same of those who count alone, from what is needed of those who do not as well."""
        for part, low, high in self.needs() if self.is_unsafe else ():
            if part == NUMERATOR:
                yield low, high
            elif part == COMPLEMENT:
                yield max(self.people_count - high, 0), self.people_count - low

    def _count_needs(self) -> Iterator[tuple[str, float, float]]:
        for part, count in self.counts.items():
            if count < self.threshold:
                yield part, *small(count, self.threshold)


def small(count: float, threshold: int) -> tuple[float, float]:
    """A small count may be half of what it is, or as many as may be shown."""
    return count // 2, threshold


def sums_of(places: Set[Place], wider: Mapping[Place, Place], absent: Set[Place] = frozenset()) -> list[PlaceSum]:
    """The sums that hold between the places of one count; `wider` gives what a category is part of.

    A sum of which a part is absent (its population has not come) is no sum that anyone could use.
    """
    parts: dict[Place, dict[str, list[Place]]] = {}
    for place in sorted({*places, *absent}):
        for total in _totals(place, wider):
            parts.setdefault(total, {}).setdefault(place[0], []).append(place)
    return [
        (total, tuple(members))
        for total, by_breakdown in sorted(parts.items())
        for members in by_breakdown.values()
        if total in places and absent.isdisjoint(members)
    ]


def crossed(place: Place, split: str, category: str) -> Place:
    """The category of a place that a count splits it into."""
    return (split, category) if place == ALL else (f"{place[0]} x {split}", f"{place[1]} x {category}")


def larger_places(place: Place) -> Iterator[Place]:
    """The place of which a crossed one is a part, but not of a sum: those crossed with it overlap."""
    yield from (total for total, is_sum in _crossing(place) if not is_sum)


def _crossing(place: Place) -> Iterator[tuple[Place, bool]]:
    """The two places that are crossed, and whether the crossed ones add up to each."""
    if " x " in place[0]:
        one, other = zip(*(names.split(" x ") for names in place), strict=True)
        yield one, other[0] not in OVERLAPPING
        yield other, one[0] not in OVERLAPPING


def _totals(place: Place, wider: Mapping[Place, Place]) -> Iterator[Place]:
    if " x " in place[0]:
        yield from (total for total, is_sum in _crossing(place) if is_sum)
    elif place != ALL:
        yield ALL
        yield from above(place, wider)


def above(place: Place, wider: Mapping[Place, Place]) -> Iterator[Place]:
    """What a category is part of, what that is part of, and so on."""
    while place in wider:
        place = wider[place]
        yield place
