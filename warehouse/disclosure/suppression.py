"""Secondary suppression: which cells of linked sums to hide besides, so that nobody can work out the hidden ones.

The attacker knows every sum, every shown cell, and that no count is below 0. A *flow* is a change of the hidden cells
in one component under which all of that stays true. Two flows meet a need: one takes its cell up, one takes it down, as
far as the need says. Such flows certify an answer, and no answer is given without. Where values are whole, flows are:
each hidden cell that they move, secondary ones included, can be another whole number in that component. (Tables of
hundreds of cells in three directions may need broken flows; then a linear program finds two whole numbers for it.)
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from warehouse.disclosure.block import Block, Demand, Links
from warehouse.disclosure.solver import solve


@dataclass(frozen=True)
class Suppression:
    """All cells to hide, those that need it by themselves included, and how they were found.

    none needed: what is hidden anyway is enough. flows: the solver found few others, by flows. all: time ran out, or
    what stands in print leaves a need that cannot be met; whatever can be hidden is.
    """

    hidden: frozenset[int]
    method: Literal["none needed", "flows", "all"]


@lru_cache(maxsize=1_000)
def suppress(block: Block, seconds: float = 10.0) -> Suppression:
    """What to hide of a block so that each need is met; the same block gives the same answer unless time runs out."""
    deadline = time.monotonic() + seconds
    demands, links = list(block.demands()), block.links()
    left = list(_without_twins(block, links, demands))
    further: frozenset[int] | None = frozenset()
    if any(demand.cell in block.shown for demand in demands):
        further = None
    elif left:
        further = solve(block, links, left, deadline)
    if further is None:
        return Suppression(frozenset(range(len(block.weights))) - block.shown | block.first, "all")
    return Suppression(block.first | further, "flows" if further else "none needed")


def _without_twins(block: Block, links: Links, demands: list[Demand]) -> Iterator[Demand]:
    """The demands that no hidden cells of the very same sums meet by moving the other way; a cell of no sum is free."""
    twins: dict[tuple[tuple[int, float], ...], list[int]] = {}
    for cell in sorted(block.first & links.keys()):
        twins.setdefault(links[cell], []).append(cell)
    for demand in demands:
        others = [cell for cell in twins.get(links.get(demand.cell, ()), ()) if cell != demand.cell]
        room = sum(block.values[demand.component][cell] for cell in others)
        if demand.cell in links and (room < demand.amount if demand.amount > 0 else not others):
            yield demand
