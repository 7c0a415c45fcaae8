"""Secondary suppression: which figures to hide besides, so that nobody can work out the hidden counts.

The attacker knows every sum, every count in print, and that none is below 0. A *flow* is a change of the hidden counts
under which all of that stays true. Two flows meet a need: one takes its count up, one takes it down, as far as the need
says. Such flows certify an answer, and no answer is given without. Where values are whole, flows are: each count that
they move can be another whole number. (Tables of hundreds of counts in three directions may need broken flows; then a
linear program finds two whole numbers for it.)
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from warehouse.disclosure.suppression.block import Block, Demand, Links
from warehouse.disclosure.suppression.solver import solve


@dataclass(frozen=True)
class Suppression:
    """All figures to hide, those that need it by themselves included, and how they were found.

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
    if any(demand.of in block.pinned for demand in demands):
        further = None
    elif left:
        further = solve(block, links, left, deadline)
    if further is None:
        return Suppression(frozenset(range(len(block.weights))) - block.shown | block.first, "all")
    return Suppression(block.first | further, "flows" if further else "none needed")


def _without_twins(block: Block, links: Links, demands: list[Demand]) -> Iterator[Demand]:
    """The demands that no unknown counts of the very same sums meet by moving the other way.

    A count of no sum is free.
    """
    in_print = {n for figure, counts in enumerate(block.prints) if figure not in block.first for n in counts}
    twins: dict[tuple[tuple[int, float], ...], list[int]] = {}
    for count in sorted(links.keys() - in_print):
        twins.setdefault(links[count], []).append(count)
    for demand in demands:
        others = [count for count in twins.get(links.get(demand.of, ()), ()) if count != demand.of]
        room = sum(block.values[count] for count in others)
        if demand.of in links and (room < demand.amount if demand.amount > 0 else not others):
            yield demand
