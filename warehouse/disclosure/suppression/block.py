"""Counts linked by sums, the figures that print them, and what must stay unknown: what is put to the solver."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple, TypeAlias

Sum: TypeAlias = tuple[tuple[int, float], ...]  # counts and their signs; what they add up to is known
Links: TypeAlias = dict[int, tuple[tuple[int, float], ...]]  # count -> its sums, and its sign in each


class Need(NamedTuple):
    """What an attacker's interval of a count must span: from `low` or less (at the least 0) to `high` or more."""

    of: int
    low: float
    high: float


class Demand(NamedTuple):
    """Half a need: how far a count must be free to move, down where below 0."""

    of: int
    amount: float


@dataclass(frozen=True)
class Block:
    """Counts and the figures that print them; nothing links two blocks.

    values: none below 0; people, or PAs and hours. sums: true up to a constant that the attacker knows. prints: the
    counts of each figure; a count that no figure prints is never known by itself. A figure with a need in it is hidden
    from the start, as those of `hidden` are; those of `shown` stand in print. weights: what it costs to hide each
    figure, above 0.
    """

    values: tuple[float, ...]
    sums: tuple[Sum, ...]
    prints: tuple[tuple[int, ...], ...]
    needs: tuple[Need, ...]
    hidden: frozenset[int]
    shown: frozenset[int]
    weights: tuple[float, ...]

    @property
    def first(self) -> frozenset[int]:
        """The figures that are hidden from the start."""
        wanted = {need.of for need in self.needs}
        return self.hidden | {figure for figure, counts in enumerate(self.prints) if not wanted.isdisjoint(counts)}

    @property
    def pinned(self) -> frozenset[int]:
        """The counts that stand in print."""
        return frozenset(count for figure in self.shown for count in self.prints[figure])

    def demands(self) -> Iterator[Demand]:
        """The needs, taken apart; of whole numbers, whole."""
        for count, low, high in self.needs:
            value, low = self.values[count], max(low, 0)
            if float(value).is_integer():
                low, high = floor(low), ceil(high)
            if low < value:
                yield Demand(count, low - value)
            if high > value:
                yield Demand(count, high - value)

    def links(self) -> Links:
        """The sums through which each count may move; one in print passes nothing on."""
        links: Links = {}
        for row, members in enumerate(self.sums):
            for count, sign in members:
                if count not in self.pinned:
                    links[count] = (*links.get(count, ()), (row, sign))
        return links
