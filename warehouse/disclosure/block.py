"""Cells linked by sums, and what must stay unknown of them: what is put to the suppression and its solver."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple, TypeAlias

Links: TypeAlias = dict[int, tuple[tuple[int, float], ...]]  # cell -> its sums, and 1 where it is the total, -1 a part


@dataclass(frozen=True)
class Need:
    """What an attacker's interval of one count must span: from `low` or less (at the least 0) to `high` or more."""

    component: int
    cell: int
    low: float
    high: float


class Demand(NamedTuple):
    """Half a need: how far a cell must be free to move, down where below 0."""

    component: int
    cell: int
    amount: float


@dataclass(frozen=True)
class Block:
    """Cells linked by sums; nothing links two blocks.

    values: component x cell, none below 0, such as people counted, people not counted, hours. sums: (total, its parts),
    true in each component up to a constant that the attacker knows. Cells with a need, and those of `hidden`, are
    hidden from the start; those of `shown` stand in print. weights: what it costs to hide each cell, above 0.
    """

    values: tuple[tuple[float, ...], ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    needs: tuple[Need, ...]
    hidden: frozenset[int]
    shown: frozenset[int]
    weights: tuple[float, ...]

    @property
    def first(self) -> frozenset[int]:
        """The cells that are hidden from the start."""
        return self.hidden | {need.cell for need in self.needs}

    def demands(self) -> Iterator[Demand]:
        """The needs, taken apart; of whole numbers, whole."""
        whole = [all(float(value).is_integer() for value in values) for values in self.values]
        for need in self.needs:
            value, low, high = self.values[need.component][need.cell], max(need.low, 0), need.high
            if whole[need.component]:
                low, high = floor(low), ceil(high)
            if low < value:
                yield Demand(need.component, need.cell, low - value)
            if high > value:
                yield Demand(need.component, need.cell, high - value)

    def links(self) -> Links:
        """The sums through which each cell may move; one in print passes nothing on."""
        links: Links = {}
        for row, (total, parts) in enumerate(self.sums):
            for cell, sign in ((total, 1.0), *((part, -1.0) for part in parts)):
                if cell not in self.shown:
                    links[cell] = (*links.get(cell, ()), (row, sign))
        return links
