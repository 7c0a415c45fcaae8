"""Figures that are linked by sums: what an attacker could subtract, and what must stay unknown to them."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from schemas.metrics import WIDER
from warehouse.disclosure.block import Block, Need

ALL = ("all", "all")
NO_VALUE = "no_value"
Place = tuple[str, str]  # breakdown, category
Sum = tuple[int, tuple[int, ...]]  # the total's place in a list, and its parts'
# Hiding the total of all staff costs more than hiding a group: it is what most readers look for.
WEIGHT_OF_ALL = 3.0


@dataclass(frozen=True)
class Figure:
    """A row of core.figure_risk: what is counted behind a figure, and why it is unsafe by itself, if it is."""

    item_code: str
    breakdown: str
    category: str
    threshold: int
    people_count: int
    numerator_people_count: int
    is_share: bool
    is_complement_counted: bool
    numerator: float | None
    denominator: float | None
    numerator_margin: float | None
    denominator_margin: float | None
    reason: str
    is_coarsened: bool

    @property
    def place(self) -> Place:
        """Where it stands among the figures of its item."""
        return self.breakdown, self.category

    @property
    def is_unsafe(self) -> bool:
        """True where it may not be known; one that has no value is only not in print."""
        return self.reason not in ("", NO_VALUE)

    @property
    def counts(self) -> tuple[int, ...]:
        """Counts of people that are in print with it: who counts and who does not; or the base, and who adds."""
        if self.is_complement_counted:
            return self.numerator_people_count, max(self.people_count - self.numerator_people_count, 0)
        return (self.people_count, self.numerator_people_count) if self.is_share else (self.people_count,)

    @property
    def values(self) -> tuple[float, ...]:
        """All numbers in print with it that add up over categories: the counts, then PAs or hours."""
        sums = () if self.numerator is None or self.denominator is None else (self.numerator, self.denominator)
        return (*self.counts, *sums)

    def needs(self, cell: int) -> Iterator[Need]:
        """What an attacker may not get between, where the figure is unsafe."""
        count_needs = list(_count_needs(cell, self.counts, self.threshold)) if self.reason != "dominance" else []
        yield from count_needs
        margins = (self.numerator_margin, self.denominator_margin) if self.numerator is not None else ()
        for component, margin in enumerate(margins, len(self.counts)):
            if margin is not None:
                value = self.values[component]
                yield Need(component, cell, max(value - margin, 0), value + margin)
        if not count_needs and self.reason != "dominance":  # all answers are equal: how many they are must not be known
            yield Need(0, cell, max(self.counts[0] - self.threshold, 0), self.counts[0] + self.threshold)


def _count_needs(cell: int, counts: Sequence[int], threshold: int) -> Iterator[Need]:
    """A small count may be half of what it is, or as many as may be shown."""
    for component, count in enumerate(counts):
        if count < threshold:
            yield Need(component, cell, count // 2, threshold)


def sums_of(places: Sequence[Place], wide: Mapping[str, str], absent: Set[Place] = frozenset()) -> list[Sum]:
    """The sums that hold between figures of one item; `wide` gives a staff group's wide one.

    A sum of which a part is absent (its population has not come) is no sum that anyone could use.
    """
    at = {place: number for number, place in enumerate(places)}
    parts: dict[Place, dict[str, list[Place]]] = {}
    for place in (*places, *absent):
        for total in _totals(place, wide):
            parts.setdefault(total, {}).setdefault(place[0], []).append(place)
    return [
        (at[total], tuple(at[part] for part in members))
        for total, by_breakdown in parts.items()
        for members in by_breakdown.values()
        if total in at and absent.isdisjoint(members)
    ]


def _totals(place: Place, wide: Mapping[str, str]) -> Iterator[Place]:
    breakdown, category = place
    if " x " in breakdown:
        yield from zip(breakdown.split(" x "), category.split(" x "), strict=True)
    elif place != ALL:
        yield ALL
        if breakdown in WIDER and category in wide:
            yield WIDER[breakdown], wide[category]


def block_of(figures: Sequence[Figure], sums: Sequence[Sum], hidden: Set[Place], shown: Set[Place]) -> Block:
    """The figures of one item as linked cells; `hidden` are out of print anyway, `shown` in print already.

    Where parts do not add up to their total, the rest is a cell of its own that is never in print: a few people
    whose group is not known. A rest that may be known is taken as known.
    """
    values = [figure.values for figure in figures]
    needs = [need for cell, figure in enumerate(figures) if figure.is_unsafe for need in figure.needs(cell)]
    out = {cell for cell, figure in enumerate(figures) if figure.reason or figure.place in hidden}
    linked: list[Sum] = []
    for total, parts in sums:
        rest = [whole - sum(values[part][k] for part in parts) for k, whole in enumerate(values[total])]
        unsafe = list(_rest_needs(len(values), rest[: len(figures[0].counts)], figures[0].threshold))
        if unsafe:
            out.add(len(values))
            needs += unsafe
            parts = (*parts, len(values))
            values.append(tuple(max(value, 0) for value in rest))
        linked.append((total, parts))
    weights = [WEIGHT_OF_ALL if f.place == ALL else 1.0 for f in figures] + [1.0] * (len(values) - len(figures))
    kept = {cell for cell, figure in enumerate(figures) if figure.place in shown and cell not in out}
    return Block(
        values=tuple(zip(*values, strict=True)),
        sums=tuple(linked),
        needs=tuple(needs),
        hidden=frozenset(out),
        shown=frozenset(kept),
        weights=tuple(weights),
    )


def _rest_needs(cell: int, rest: Sequence[float], threshold: int) -> list[Need]:
    counts = [round(value) for value in rest]
    return [need for need in _count_needs(cell, counts, threshold) if counts[need.component] > 0]
