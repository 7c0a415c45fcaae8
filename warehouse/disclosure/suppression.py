"""Secondary suppression: which cells of linked sums to hide besides, so that nobody can work out the hidden ones.

The attacker knows every sum, every shown cell, and that no count is below 0. A *flow* is a change of the hidden cells
in one component under which all of that stays true. Two flows meet a need: one takes its cell up, one takes it down, as
far as the need says. Such flows certify an answer, and no answer is given without. Where values are whole, flows are:
each hidden cell that they move, secondary ones included, can be another whole number in that component. (Tables of over
500 cells in three directions may need broken flows; then a linear program finds at least two whole numbers for it.)
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Literal, NamedTuple

LARGEST_EXACT = 1_500  # demands x cells up to which the cheapest answer is sought: about two seconds' work for HiGHS


@dataclass(frozen=True)
class Need:
    """What an attacker's interval of one count must span: from `low` or less (at the least 0) to `high` or more."""

    component: int
    cell: int
    low: float
    high: float


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


@dataclass(frozen=True)
class Suppression:
    """Every hidden cell of a block, the first ones included, and how they were found.

    exact: nothing cheaper meets the needs. flows: the needs are met, perhaps not at the lowest cost. all: time ran out,
    or what stands in print leaves a need that cannot be met; whatever can be hidden is.
    """

    hidden: frozenset[int]
    method: Literal["none needed", "exact", "flows", "all"]


class Demand(NamedTuple):
    """Half a need: how far a cell must be free to move, down where below 0."""

    component: int
    cell: int
    amount: float


Links = dict[int, tuple[tuple[int, float], ...]]  # cell -> its sums, and 1 where it is the total, -1 where a part


@lru_cache(maxsize=1_000)
def suppress(block: Block, seconds: float = 10.0, largest_exact: int = LARGEST_EXACT) -> Suppression:
    """What to hide of a block so that each need is met; the same block gives the same answer unless time runs out.

    largest_exact: demands x cells of what is linked up to which the cheapest answer is sought; 0 is fastest.
    """
    deadline = time.monotonic() + seconds
    first = block.hidden | {need.cell for need in block.needs}
    demands, links = list(_demands(block)), _links(block)
    left = list(_without_twins(block, first, links, demands))
    in_print = any(demand.cell in block.shown for demand in demands)
    if not left and not in_print:
        return Suppression(first, "none needed")
    from warehouse.disclosure.solver import solve

    further, proven = (None, False) if in_print else solve(block, first, links, left, deadline, largest_exact)
    if further is None:
        return Suppression(frozenset(range(len(block.weights))) - block.shown | first, "all")
    return Suppression(first | further, ("exact" if proven else "flows") if further else "none needed")


def _demands(block: Block) -> Iterator[Demand]:
    whole = [all(float(value).is_integer() for value in values) for values in block.values]
    for need in block.needs:
        value, low, high = block.values[need.component][need.cell], max(need.low, 0), need.high
        if whole[need.component]:
            low, high = floor(low), ceil(high)
        if low < value:
            yield Demand(need.component, need.cell, low - value)
        if high > value:
            yield Demand(need.component, need.cell, high - value)


def _links(block: Block) -> Links:
    """What may move: a cell in print passes nothing on."""
    links: Links = {}
    for row, (total, parts) in enumerate(block.sums):
        for cell, sign in ((total, 1.0), *((part, -1.0) for part in parts)):
            if cell not in block.shown:
                links[cell] = (*links.get(cell, ()), (row, sign))
    return links


def _without_twins(block: Block, first: frozenset[int], links: Links, demands: list[Demand]) -> Iterator[Demand]:
    """The demands that no hidden cells of the very same sums meet by moving the other way; a cell of no sum is free."""
    twins: dict[tuple[tuple[int, float], ...], list[int]] = {}
    for cell in sorted(first & links.keys()):
        twins.setdefault(links[cell], []).append(cell)
    for demand in demands:
        others = [cell for cell in twins.get(links.get(demand.cell, ()), ()) if cell != demand.cell]
        room = sum(block.values[demand.component][cell] for cell in others)
        if demand.cell in links and (room < demand.amount if demand.amount > 0 else not others):
            yield demand
