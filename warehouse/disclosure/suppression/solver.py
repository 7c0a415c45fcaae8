"""The solver of secondary suppression: which further figures let a flow through for every demand, at little cost.

The program is that of M. Fischetti and J. J. Salazar, "Solving the Cell Suppression Problem on Tabular Data with Linear
Constraints", Management Science 47(7), 2001: a flow for each demand, a yes or no for each figure. HiGHS solves it. It
grows with demands x counts, so it is solved for a batch of demands at a time; figures that are hidden by then cost
nothing. In a large part a count costs by how much it carries instead, and one flow meets many demands.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from warehouse.disclosure.suppression.block import Block, Demand, Links
from warehouse.disclosure.suppression.program import Columns, Entries, Flow, entries_of, numbered, rules_of, solved

LARGEST_BATCH = 300  # demands x counts of one program: larger ones take longer, and hide as many
LARGEST_PART = 20  # figures up to which each is a yes or no: beyond, that takes longer, and hides hardly fewer
LARGEST_WHOLE = 500  # counts up to which flows are whole: beyond, where the table is odd, only nearly all are
BATCHES = 100  # of a large part: more find cheaper answers, and take longer
TOLERANCE = 1e-6  # of the largest number of a flow


class _Part(NamedTuple):
    """Counts that can move together, and counts of the same figures."""

    values: np.ndarray
    circuit: np.ndarray  # of each count: the least of those that move together
    is_whole: np.ndarray  # of each count: all that move with it are whole numbers
    sums: Entries  # a row a sum
    prints: Entries  # a row a figure, a column a count that it prints
    figures: np.ndarray  # their places in the block
    weights: np.ndarray
    hidden: np.ndarray  # of bool: from the start
    demands: list[Demand]

    @property
    def is_large(self) -> bool:
        return len(self.figures) > LARGEST_PART

    @property
    def must_be_whole(self) -> bool:
        return len(self.values) <= LARGEST_WHOLE

    def printed(self, moved: np.ndarray) -> np.ndarray:
        """The figures that print one of these counts."""
        found = np.zeros(len(self.figures), bool)
        found[self.prints.rows[moved[self.prints.columns]]] = True
        return found

    def price(self, hidden: np.ndarray) -> np.ndarray:
        """What it costs to move each count: the weights of the figures that print it and are in print."""
        cost = np.where(hidden, 0.0, self.weights)[self.prints.rows]
        return np.bincount(self.prints.columns, cost, minlength=len(self.values))


Group: TypeAlias = list[Demand]  # of one circuit, to be met by one flow


def solve(block: Block, links: Links, demands: list[Demand], deadline: float) -> frozenset[int] | None:
    """The figures to hide besides the first; None where time ran out, or what is in print makes a demand impossible."""
    further = set[int]()
    for part in _split(block, links, demands):
        hidden = _cover(part, deadline)
        if hidden is None:
            return None
        further |= set(part.figures[hidden].tolist())
    return frozenset(further) - block.first


def _split(block: Block, links: Links, demands: list[Demand]) -> Iterator[_Part]:
    """What hangs together, by sums or by figures, and has demands."""
    sums = entries_of((row, count, sign) for count, own in links.items() for row, sign in own)
    printing = ((n, count, 1.0) for n, counts in enumerate(block.prints) for count in counts if count in links)
    prints = entries_of(printing)
    values, first = np.array(block.values, float), np.isin(np.arange(len(block.prints)), [*block.first])
    circuit = _together(len(values), sums)
    whole = np.ones(len(values), bool)
    np.logical_and.at(whole, circuit, values == values.round())
    label = _together(len(values), sums, prints)
    for wanted in np.unique(label[[demand.of for demand in demands]]):
        own = np.flatnonzero(label == wanted)
        figures = np.unique(prints.rows[np.isin(prints.columns, own)])
        of_part = prints.within(own)._replace(rows=numbered(prints.rows[np.isin(prints.columns, own)]))
        asked = [d._replace(of=int(np.searchsorted(own, d.of))) for d in demands if label[d.of] == wanted]
        moving = numbered(circuit[own])
        yield _Part(
            values[own],
            moving,
            whole[circuit[own]],
            sums.within(own),
            of_part,
            figures,
            np.array(block.weights, float)[figures],
            first[figures],
            asked,
        )


def _together(size: int, *links: Entries) -> np.ndarray:
    """A label for each count, the least of them; counts of one row, and so on through further rows, share theirs."""
    label = np.arange(size)
    while True:
        lower = label.copy()
        for rows, counts, _ in links:
            least = np.full(rows.max(initial=-1) + 1, size)
            np.minimum.at(least, rows, lower[counts])
            np.minimum.at(lower, counts, least[rows])
        if (lower == label).all():
            return label
        label = lower[lower]  # the label of a label is of the same counts, and lower


def _cover(part: _Part, deadline: float) -> np.ndarray | None:
    """The figures hidden in the end, batch by batch, the largest demands first: their flows meet smaller ones too."""
    hidden, moved = part.hidden.copy(), np.zeros_like(part.values)
    left = sorted(part.demands, key=lambda demand: -abs(demand.amount))
    size = -(-len(left) // BATCHES) if part.is_large else max(1, LARGEST_BATCH // len(part.values))
    while left:
        groups = _batch(part, left, size)
        found = _flows(part, groups, hidden, deadline)
        if found is None and (size == 1 or time.monotonic() > deadline):
            return None
        size = size if found else (size + 1) // 2
        for group, flow in zip(groups, found or (), strict=False):
            hidden |= part.printed(flow != 0)
            moved = np.maximum(moved, abs(flow))
            left = _unmet(part, left, part.circuit[group[0].of], flow)
        left = left or _pinned(part, moved)
    return hidden


def _batch(part: _Part, left: list[Demand], size: int) -> list[Group]:
    """The demands to meet next: each by a flow, or in a large part by one flow, far apart and a count once."""
    if not part.is_large:
        return [[demand] for demand in left[:size]]
    own = [demand for demand in left if part.circuit[demand.of] == part.circuit[left[0].of]]
    return [list({demand.of: demand for demand in own[:: max(1, len(own) // size)][:size]}.values())]


def _unmet(part: _Part, demands: list[Demand], circuit: int, flow: np.ndarray) -> list[Demand]:
    """The demands that neither the flow nor, where no count falls below 0, its mirror image meets."""
    images = [flow, -flow] if (part.values >= flow).all() else [flow]
    return [d for d in demands if part.circuit[d.of] != circuit or not any(_meets(image, d) for image in images)]


def _pinned(part: _Part, moved: np.ndarray) -> list[Demand]:
    """A count that was in print and moves by less than 1 may still have one whole number alone: it is to move by 1."""
    from_start = part.printed(np.ones(len(moved), bool)) & part.hidden
    of_others = np.isin(np.arange(len(moved)), part.prints.columns[~from_start[part.prints.rows]])
    slight = (moved > 0) & (moved < 1) & of_others & part.is_whole
    return [Demand(int(count), 1.0) for count in np.flatnonzero(slight)]


def _flows(part: _Part, groups: list[Group], hidden: np.ndarray, deadline: float) -> list[np.ndarray] | None:
    """A flow for each group. Whole ones are asked for where they do not come of themselves: that takes longer."""
    for whole in (False, True) if part.must_be_whole else (False,):
        units = [1.0 if whole else _largest(group) for group in groups]
        flows = [_flow(part, group, unit) for group, unit in zip(groups, units, strict=True)]
        found = _cheapest(part, flows, hidden, whole, (deadline - time.monotonic()) / 2)
        if found is not None:
            scaled = [one * unit for one, unit in zip(found, units, strict=True)]
            certain = [flow for one in zip(groups, scaled, strict=True) if (flow := _certified(part, *one)) is not None]
            if len(certain) == len(groups):
                return certain
    return None


def _flow(part: _Part, group: Group, unit: float) -> Flow:
    """How far a flow may take each count of its circuit.

    A flow falls into circuits through its demands. In all but odd tables these are of +1 and -1: so in a small part no
    count moves by more than its demand, without loss.
    """
    counts = np.flatnonzero(part.circuit == part.circuit[group[0].of])
    values = part.values[counts] / unit
    asked = np.full(len(values), _largest(group) / unit)
    full = np.concatenate([asked, np.minimum(asked, values)])
    most = np.concatenate([np.full(len(values), np.inf), values]) if part.is_large else full.copy()
    least = np.zeros(len(most))
    for count, amount in group:
        at = int(np.searchsorted(counts, count))
        way, back = (at, at + len(values)) if amount > 0 else (at + len(values), at)
        least[way] = most[way] = abs(amount) / unit
        most[back] = 0.0
    share = np.divide(1.0, full, out=np.zeros_like(full), where=full > 0)
    own = np.isin(part.prints.columns, counts)
    prints = part.prints.within(counts)._replace(rows=part.prints.rows[own])
    return Flow(counts, part.sums.within(counts), prints, least, most, share)


def _cheapest(
    part: _Part, flows: Sequence[Flow], hidden: np.ndarray, whole: bool, seconds: float
) -> list[np.ndarray] | None:
    """The flows that hide least, in their units; None where there are none, or time ran out."""
    least, most, share = (
        np.concatenate([getattr(flow, name) for flow in flows]) for name in ("least", "most", "share")
    )
    if part.is_large:
        price = part.price(hidden)
        cost, choices = np.concatenate([np.tile(price[flow.counts], 2) for flow in flows]) * share, 0
    else:
        cost, choices = np.concatenate([np.zeros(len(share)), np.where(hidden, 0.0, part.weights)]), len(hidden)
    columns = Columns(
        cost,
        np.concatenate([least, hidden[:choices]]),
        np.concatenate([most, np.ones(choices)]),
        np.concatenate([np.full(len(share), whole, np.int32), np.ones(choices, np.int32)]),
    )
    found = solved(columns, *rules_of(flows, len(share), choices), seconds)
    return None if found is None else list(_unfolded(part, flows, found))


def _unfolded(part: _Part, flows: Sequence[Flow], found: np.ndarray) -> Iterator[np.ndarray]:
    """The change of each count of the part, a flow each."""
    start = 0
    for flow in flows:
        size, change = len(flow.counts), np.zeros(len(part.values))
        change[flow.counts] = found[start : start + size] - found[start + size : start + 2 * size]
        start += 2 * size
        yield change


def _certified(part: _Part, group: Group, flow: np.ndarray) -> np.ndarray | None:
    """The flow, whole where values are whole; None where it breaks a sum, takes a count below 0, or is too small."""
    tolerance, whole = TOLERANCE * abs(flow).max(), bool(part.is_whole[group[0].of])
    for is_whole in (whole,) if part.must_be_whole else (True, False):
        kept = np.rint(flow) if is_whole else np.where(abs(flow) > tolerance, flow, 0.0)
        holds = abs(part.sums.times(kept)).max() <= tolerance and (part.values + kept).min() >= -tolerance
        if holds and all(_meets(kept, demand) for demand in group):
            return kept
    return None


def _largest(group: Group) -> float:
    return max(abs(demand.amount) for demand in group)


def _meets(flow: np.ndarray, demand: Demand) -> bool:
    return flow[demand.of] / demand.amount >= 1 - TOLERANCE
