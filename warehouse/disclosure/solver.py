"""The solver of secondary suppression: HiGHS, through scipy, on what is linked.

The cheapest answer is a mixed integer program: M. Fischetti and J. J. Salazar, "Solving the Cell Suppression Problem on
Tabular Data with Linear Constraints", Management Science 47(7), 2001. Where that grows too large, flows are sought for
many demands at once, each a linear program that moves few cells that are not hidden yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csc_array, csr_array, eye_array, hstack, kron
from scipy.sparse.csgraph import connected_components

from warehouse.disclosure.suppression import Block, Demand, Links

LARGEST_WHOLE = 500  # cells up to which flows are whole: beyond, where the table is odd, only nearly all are
BATCHES = 30  # flows in a pass: more find cheaper answers, and take longer
PASSES = 3  # each again within what the one before hid
TOLERANCE = 1e-6  # of the largest number of a flow


class _Part(NamedTuple):
    """Cells that can move together."""

    cells: np.ndarray  # their places in the block
    values: np.ndarray
    sums: Any  # sparse, a row a sum: 1 at its total, -1 at its parts
    both: Any  # the same for cells upwards, then downwards
    weights: np.ndarray
    hidden: np.ndarray  # of bool: from the start
    demands: list[Demand]


def _quietly(*given: Any, **more: Any) -> Any:
    """What `milp` finds, without the line that HiGHS 1.12 prints past Python now and then (its issue 2783)."""
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        return milp(*given, **more)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)


def solve(
    block: Block, first: frozenset[int], links: Links, demands: list[Demand], deadline: float, largest_exact: int
) -> tuple[frozenset[int] | None, bool]:
    """The cells to hide besides, None where time ran out or print forbids; and whether that is proven cheapest."""
    further, proven = set[int](), True
    for part in _split(block, first, links, demands):
        found, exact = _solve(part, deadline, largest_exact)
        if found is None:
            return None, False
        further |= set(part.cells[found].tolist()) - first
        proven &= exact
    return frozenset(further), proven


def _split(block: Block, first: frozenset[int], links: Links, demands: list[Demand]) -> Iterator[_Part]:
    """What moves together and has demands."""
    signs = np.array([(row, cell, sign) for cell, own in links.items() for row, sign in own]).T
    rows, cells, count, size = signs[0].astype(int), signs[1].astype(int), len(block.sums), len(block.weights)
    sums = csc_array((signs[2], (rows, cells)), shape=(count, size))
    linked = csc_array((signs[2] != 0, (rows, count + cells)), shape=(count + size,) * 2)
    label = connected_components(linked, directed=False)[1]
    values, weights, hidden = np.array(block.values), np.array(block.weights), np.isin(np.arange(size), list(first))
    for wanted in np.unique(label[[count + demand.cell for demand in demands]]):
        own = np.flatnonzero(label[count:] == wanted)
        place = {int(cell): n for n, cell in enumerate(own)}
        asked = [demand._replace(cell=place[demand.cell]) for demand in demands if demand.cell in place]
        within = sums[:, own].tocsr()[label[:count] == wanted]
        both = hstack([within, -within], format="csc")
        yield _Part(own, values[:, own], within, both, weights[own], hidden[own], asked)


def _solve(part: _Part, deadline: float, largest_exact: int) -> tuple[np.ndarray | None, bool]:
    """The cells to hide, if any were found; and whether nothing cheaper would do."""
    if len(part.demands) * len(part.cells) <= largest_exact:
        for whole in (False, True):  # whole flows take longer, and mostly come of themselves
            hidden, proven = _exact(part, whole, (deadline - time.monotonic()) / 2)
            if hidden is not None:
                return hidden, proven
    return _cheap(part, deadline), False


def _certified(part: _Part, component: int, flow: np.ndarray, *, whole: bool = True) -> np.ndarray | None:
    """The flow, whole where values are whole; None where it breaks a sum or takes a count below 0."""
    values = part.values[component]
    tolerance = TOLERANCE * abs(flow).max()
    rounded = np.rint(flow) if whole and _is_whole(values) else np.where(abs(flow) > tolerance, flow, 0.0)
    kept = abs(part.sums @ rounded).max() <= tolerance and (values + rounded).min() >= -tolerance
    return rounded if kept else None


def _meets(flow: np.ndarray, demand: Demand) -> bool:
    return flow[demand.cell] / demand.amount >= 1 - TOLERANCE


def _is_whole(values: np.ndarray) -> bool:
    return bool((values == values.round()).all())


def _exact(part: _Part, whole: bool, seconds: float) -> tuple[np.ndarray | None, bool]:
    """The cheapest cells to hide: a flow for each demand, a yes or no for each cell; and whether that is proven."""
    unit = np.array([[1.0 if whole else abs(demand.amount)] for demand in part.demands])  # evenly scaled, or as counted
    low, high = _reach(part, unit)
    found = _quietly(
        np.concatenate([part.weights, np.zeros(low.size)]),
        integrality=np.concatenate([np.ones(len(part.cells)), np.full(low.size, whole)]),
        bounds=Bounds(
            np.concatenate([part.hidden, low.ravel()]), np.concatenate([np.ones(len(part.cells)), high.ravel()])
        ),
        constraints=_rules(part, low, high),
        options={"time_limit": max(seconds, 0.0)},
    )
    if found.x is None:
        return None, False
    flows = found.x[len(part.cells) :].reshape(low.shape) * unit
    good = [_certified(part, demand.component, flow) for demand, flow in zip(part.demands, flows, strict=True)]
    met = [flow for demand, flow in zip(part.demands, good, strict=True) if flow is not None and _meets(flow, demand)]
    return (part.hidden | np.any(met, axis=0), found.status == 0) if len(met) == len(good) else (None, False)


def _reach(part: _Part, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far down and up each flow may take each cell, in its unit: its own by what is asked, the others by no more.

    A flow falls into circuits through its own cell. In all but odd tables these are of +1 and -1, so that is no loss.
    """
    asked = np.array([[demand.amount] for demand in part.demands]) / unit
    high = np.repeat(abs(asked), len(part.cells), axis=1)
    low = -np.minimum(high, part.values[[demand.component for demand in part.demands]] / unit)
    own = (np.arange(len(asked)), [demand.cell for demand in part.demands])
    low[own] = high[own] = asked[:, 0]
    return low, high


def _rules(part: _Part, low: np.ndarray, high: np.ndarray) -> list[Any]:
    """The sums of each flow stay; and no flow moves a cell that is not hidden."""
    flows, cells = low.shape
    sums, each = kron(eye_array(flows), part.sums), eye_array(low.size)
    up, down = (csr_array((ends.ravel(), (range(low.size), list(range(cells)) * flows))) for ends in (high, low))
    kept = hstack([csr_array((sums.shape[0], cells)), sums], format="csc")
    hidden = block_array([[-up, each], [down, -each]], format="csc")
    return [LinearConstraint(kept, 0.0, 0.0), LinearConstraint(hidden, -np.inf, 0.0)]


def _cheap(part: _Part, deadline: float) -> np.ndarray | None:
    """Few cells to hide, found fast for thousands of demands: passes, each within the cells of the one before."""
    found = _pass(part, np.full(len(part.cells), True), part.values, deadline)
    for _ in range(PASSES - 1):
        found = (found and _pass(part, *found, deadline)) or found
    return found and found[0]


def _pass(part: _Part, allowed: np.ndarray, reach: np.ndarray, deadline: float) -> tuple[np.ndarray, np.ndarray] | None:
    """The cells hidden, and how far each was moved in each component; None where a demand cannot be met in time."""
    hidden, moved = part.hidden.copy(), np.zeros_like(part.values)
    left = sorted(part.demands, key=lambda demand: (demand.component, demand.amount < 0))
    size = -(-len(left) // BATCHES)
    while left and time.monotonic() < deadline:
        batch, component = _spread(left, size), left[0].component
        flow = _flow(part, batch, allowed, np.where(hidden, 0.0, part.weights), reach, deadline)
        still = left if flow is None else _unmet(part, left, component, flow)
        if flow is not None and len(still) < len(left):
            hidden |= flow != 0
            moved[component] = np.maximum(moved[component], abs(flow))
        elif len(batch) == 1:
            return None
        else:
            size = (len(batch) + 1) // 2
        left = still or _pinned(part, moved)
    return None if left else (hidden, moved)


def _pinned(part: _Part, moved: np.ndarray) -> list[Demand]:
    """A further cell whose only flows are below 1 may still have one whole number alone: it is to move by 1."""
    slight = moved.any(axis=0) & (moved.max(axis=0) < 1) & ~part.hidden
    first = moved.argmax(axis=0)
    return [Demand(int(first[n]), int(n), 1.0) for n in np.flatnonzero(slight) if _is_whole(part.values[first[n]])]


def _spread(demands: list[Demand], size: int) -> list[Demand]:
    """So many demands of the first one's component, a cell once, far apart: neighbours get in each other's way."""
    own = [demand for demand in demands if demand.component == demands[0].component]
    return list({demand.cell: demand for demand in own[:: max(1, len(own) // size)][:size]}.values())


def _unmet(part: _Part, demands: list[Demand], component: int, flow: np.ndarray) -> list[Demand]:
    """The demands that neither the flow nor, where no count falls below 0, its mirror image meets."""
    images = [flow, -flow] if (part.values[component] >= flow).all() else [flow]
    return [d for d in demands if d.component != component or not any(_meets(image, d) for image in images)]


def _flow(
    part: _Part, batch: list[Demand], allowed: np.ndarray, costs: np.ndarray, reach: np.ndarray, deadline: float
) -> np.ndarray | None:
    """One flow that meets what it can of a batch by moving few cells that cost anything."""
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
    for whole in (0, 1) if len(slope) <= LARGEST_WHOLE else (0,):
        found = _quietly(
            cost,
            integrality=np.full(len(cost), whole),
            bounds=Bounds(0.0, most),
            constraints=LinearConstraint(part.both, 0.0, 0.0),
            options={"time_limit": max(deadline - time.monotonic(), 0.0)},
        )
        moved = None if found.x is None else found.x[: len(slope)] - found.x[len(slope) :]
        flow = None if moved is None else _certified(part, component, moved)
        if flow is not None:
            return flow
    return None if moved is None else _certified(part, component, moved, whole=False)
