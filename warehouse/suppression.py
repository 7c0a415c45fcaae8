"""Secondary suppression: which cells of linked sums to hide besides, so that nobody can work out the hidden ones.

The attacker knows every sum, every shown cell, and that no count is below 0. A *flow* is a change of the hidden cells
in one component under which all of that stays true. Two flows meet a need: one takes its cell up, one takes it down, as
far as the need says. Such flows certify an answer, and no answer is given without. Where values are whole a flow is
whole: each hidden cell that it moves, secondary ones included, can be another whole number in that component.
The model: M. Fischetti and J. J. Salazar, "Solving the Cell Suppression Problem on Tabular Data with Linear
Constraints", Management Science 47(7), 2001.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np

LARGEST_EXACT = 1_500  # demands x cells up to which the cheapest answer is sought: about two seconds' work for HiGHS
BATCHES = 30  # flows in a pass: more find cheaper answers, and take longer
PASSES = 3  # each again within what the one before hid
TOLERANCE = 1e-6  # of the largest number of a flow


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


class _Demand(NamedTuple):
    component: int
    cell: int
    amount: float  # above 0: up

    def met_by(self, flow: np.ndarray) -> bool:
        return flow[self.cell] / self.amount >= 1 - TOLERANCE


class _Part(NamedTuple):
    """Cells that can move together."""

    cells: np.ndarray  # their places in the block
    values: np.ndarray
    sums: Any  # sparse, a row a sum: 1 at its total, -1 at its parts
    weights: np.ndarray
    hidden: np.ndarray  # of bool: from the start
    demands: list[_Demand]


@lru_cache(maxsize=1_000)
def suppress(block: Block, seconds: float = 10.0, largest_exact: int = LARGEST_EXACT) -> Suppression:
    """What to hide of a block so that each need is met; the same block gives the same answer unless time runs out."""
    deadline = time.monotonic() + seconds
    first = block.hidden | {need.cell for need in block.needs}
    demands = list(_demands(block))
    everything = Suppression(frozenset(range(len(block.weights))) - block.shown | first, "all")
    if any(demand.cell in block.shown for demand in demands):
        return everything
    hidden, proven = set(first), True
    for part in _parts(block, first, demands) if demands else ():
        found, exact = _solve(part, deadline, largest_exact)
        if found is None:
            return everything
        hidden |= set(part.cells[found].tolist())
        proven &= exact
    if hidden == first:
        return Suppression(first, "none needed")
    return Suppression(frozenset(hidden), "exact" if proven else "flows")


def _demands(block: Block) -> Iterator[_Demand]:
    for need in block.needs:
        value = block.values[need.component][need.cell]
        if need.high > value:
            yield _Demand(need.component, need.cell, need.high - value)
        if max(need.low, 0) < value:
            yield _Demand(need.component, need.cell, max(need.low, 0) - value)


def _parts(block: Block, first: frozenset[int], demands: list[_Demand]) -> Iterator[_Part]:
    """What moves together and is asked to: cells in print pass nothing on, and a cell of no sum is free anyway."""
    import numpy as np
    from scipy.sparse import csc_array
    from scipy.sparse.csgraph import connected_components

    links = [
        (row, cell, sign)
        for row, (total, parts) in enumerate(block.sums)
        for cell, sign in ((total, 1.0), *((part, -1.0) for part in parts))
        if cell not in block.shown
    ]
    rows, cells, signs = np.array(links, dtype=float).reshape(-1, 3).T
    count, size = len(block.sums), len(block.weights)
    sums = csc_array((signs, (rows.astype(int), cells.astype(int))), shape=(count, size))
    linked = csc_array((abs(signs), (rows.astype(int), count + cells.astype(int))), shape=(count + size,) * 2)
    label = connected_components(linked, directed=False)[1]
    hidden = np.isin(np.arange(size), list(first))
    for wanted in np.unique(label[[count + demand.cell for demand in demands]]):
        own = np.flatnonzero(label[count:] == wanted)
        place = {int(cell): n for n, cell in enumerate(own)}
        asked = [demand._replace(cell=place[demand.cell]) for demand in demands if demand.cell in place]
        within = sums[:, own].tocsr()[label[:count] == wanted]
        if within.nnz:
            yield _Part(own, np.array(block.values)[:, own], within, np.array(block.weights)[own], hidden[own], asked)


def _solve(part: _Part, deadline: float, largest_exact: int) -> tuple[np.ndarray | None, bool]:
    """The cells to hide, if any were found; and whether nothing cheaper would do."""
    if not ((abs(part.sums) @ part.hidden) == 1).any():  # else what is hidden alone in its sum is plain
        found = _pass(part, part.hidden, part.values, deadline, batches=4)
        if found is not None:
            return part.hidden, True
    if len(part.demands) * len(part.cells) <= largest_exact:
        for whole in (False, True):  # whole flows take longer, and mostly come of themselves
            hidden, proven = _exact(part, whole, (deadline - time.monotonic()) / 2)
            if hidden is not None:
                return hidden, proven
    return _cheap(part, deadline), False


def _certified(part: _Part, component: int, flow: np.ndarray) -> np.ndarray | None:
    """The flow, whole where values are whole; None where it breaks a sum or takes a count below 0."""
    import numpy as np

    values = part.values[component]
    tolerance = TOLERANCE * abs(flow).max()
    flow = np.rint(flow) if (values == np.rint(values)).all() else np.where(abs(flow) > tolerance, flow, 0.0)
    if abs(part.sums @ flow).max() > tolerance or (values + flow).min() < -tolerance:
        return None
    return flow


def _exact(part: _Part, whole: bool, seconds: float) -> tuple[np.ndarray | None, bool]:
    """The cheapest cells to hide: a flow for each demand, a yes or no for each cell; and whether that is proven."""
    import numpy as np
    from scipy.optimize import Bounds, milp

    unit = np.array([[1.0 if whole else abs(demand.amount)] for demand in part.demands])  # evenly scaled, or as counted
    low, high = _reach(part, unit)
    found = milp(
        np.concatenate([part.weights, np.zeros(low.size)]),
        integrality=np.concatenate([np.ones(len(part.cells)), np.full(low.size, whole)]),
        bounds=Bounds(np.concatenate([part.hidden, low.ravel()]), np.concatenate([part.weights > 0, high.ravel()])),
        constraints=_rules(part, low, high),
        options={"time_limit": max(seconds, 0.0)},
    )
    if found.x is None:
        return None, False
    flows = found.x[len(part.cells) :].reshape(low.shape) * unit
    good = [_certified(part, demand.component, flow) for demand, flow in zip(part.demands, flows, strict=True)]
    met = [flow for demand, flow in zip(part.demands, good, strict=True) if flow is not None and demand.met_by(flow)]
    return (part.hidden | np.any(met, axis=0), found.status == 0) if len(met) == len(good) else (None, False)


def _reach(part: _Part, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far down and up each flow may take each cell, in its unit: its own by what is asked, the others by no more.

    A flow falls into circuits through its own cell. In all but odd tables these are of +1 and -1, so that is no loss.
    """
    import numpy as np

    asked = np.array([[demand.amount] for demand in part.demands]) / unit
    high = np.repeat(abs(asked), len(part.cells), axis=1)
    low = -np.minimum(high, part.values[[demand.component for demand in part.demands]] / unit)
    own = (np.arange(len(asked)), [demand.cell for demand in part.demands])
    low[own] = high[own] = asked[:, 0]
    return low, high


def _rules(part: _Part, low: np.ndarray, high: np.ndarray) -> list[Any]:
    """The sums of each flow stay; and no flow moves a cell that is not hidden."""
    import numpy as np
    from scipy.optimize import LinearConstraint
    from scipy.sparse import block_array, csr_array, eye_array, hstack, kron

    flows, cells = low.shape
    sums, each = kron(eye_array(flows), part.sums), eye_array(low.size)
    up, down = (csr_array((ends.ravel(), (range(low.size), list(range(cells)) * flows))) for ends in (high, low))
    kept = hstack([csr_array((sums.shape[0], cells)), sums], format="csc")
    hidden = block_array([[-up, each], [down, -each]], format="csc")
    return [LinearConstraint(kept, 0.0, 0.0), LinearConstraint(hidden, -np.inf, 0.0)]


def _cheap(part: _Part, deadline: float) -> np.ndarray | None:
    """Few cells to hide, found fast for thousands of demands: passes, each within the cells of the one before."""
    import numpy as np

    hidden, moved = None, part.values
    for _ in range(PASSES):
        found = _pass(part, np.full(len(part.cells), True) if hidden is None else hidden, moved, deadline, BATCHES)
        if found is None:
            break
        hidden, moved = found
    return hidden


def _pass(
    part: _Part, allowed: np.ndarray, reach: np.ndarray, deadline: float, batches: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """The cells hidden, and how far each was moved in each component; None where a demand cannot be met in time."""
    import numpy as np

    hidden, moved = part.hidden.copy(), np.zeros_like(part.values)
    left = sorted(part.demands, key=lambda demand: (demand.component, demand.amount < 0))
    size = -(-len(left) // batches)
    while left and time.monotonic() < deadline:
        batch = _spread(left, size)
        flow = _flow(part, batch, allowed, np.where(hidden, 0.0, part.weights), reach, deadline)
        still = left if flow is None else _unmet(part, left, batch[0].component, flow)
        if flow is not None and len(still) < len(left):
            hidden |= flow != 0
            moved[batch[0].component] = np.maximum(moved[batch[0].component], abs(flow))
        elif len(batch) == 1:
            return None
        else:
            size = (len(batch) + 1) // 2
        left = still
    return None if left else (hidden, moved)


def _spread(demands: list[_Demand], size: int) -> list[_Demand]:
    """So many demands of the first one's component, a cell once, far apart: neighbours get in each other's way."""
    own = [demand for demand in demands if demand.component == demands[0].component]
    return list({demand.cell: demand for demand in own[:: max(1, len(own) // size)][:size]}.values())


def _unmet(part: _Part, demands: list[_Demand], component: int, flow: np.ndarray) -> list[_Demand]:
    """The demands that neither the flow nor, where no count falls below 0, its mirror image meets."""
    images = [flow, -flow] if (part.values[component] >= flow).all() else [flow]
    return [d for d in demands if d.component != component or not any(d.met_by(image) for image in images)]


def _flow(
    part: _Part, batch: list[_Demand], allowed: np.ndarray, costs: np.ndarray, reach: np.ndarray, deadline: float
) -> np.ndarray | None:
    """One flow that meets what it can of a batch by moving few cells that cost anything."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import hstack

    component = batch[0].component
    cells = np.array([demand.cell for demand in batch])
    amounts = np.array([demand.amount for demand in batch])
    largest = abs(amounts).max()
    slope = costs / np.clip(reach[component], largest / 10, largest)  # a cell's cost, per unit of what it may carry
    cost = np.tile(slope, 2)  # upwards, downwards
    most = np.concatenate([np.where(allowed, np.inf, 0.0), np.where(allowed, part.values[component], 0.0)])
    ways = cells + np.where(amounts > 0, 0, len(slope))
    most[cells], most[cells + len(slope)] = 0.0, 0.0
    most[ways] = abs(amounts)
    cost[ways] = -100 * (part.sums.shape[0] + 2) * part.weights.max() / largest  # above what any circuit costs
    sums = LinearConstraint(hstack([part.sums, -part.sums], format="csc"), 0.0, 0.0)
    for whole in (0, 1):
        options = {"time_limit": max(deadline - time.monotonic(), 0.0)}
        found = milp(
            cost, integrality=np.full(len(cost), whole), bounds=Bounds(0.0, most), constraints=sums, options=options
        )
        flow = None if found.x is None else _certified(part, component, found.x[: len(slope)] - found.x[len(slope) :])
        if flow is not None:
            return flow
    return None
