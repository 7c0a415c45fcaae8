"""The solver of secondary suppression: which further cells let a flow through for every demand, at little cost.

The program is that of M. Fischetti and J. J. Salazar, "Solving the Cell Suppression Problem on Tabular Data with Linear
Constraints", Management Science 47(7), 2001: a flow for each demand, a yes or no for each cell. HiGHS solves it. It
grows with demands x cells, so it is solved for a batch of demands at a time; cells that are hidden by then cost
nothing. In a large part a cell costs by how much it carries instead, and one flow meets many demands.
"""

import time
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import highspy
import numpy as np

from warehouse.disclosure.block import Block, Demand, Links

LARGEST_BATCH = 600  # demands x cells of one program: larger ones take longer, and hide as many
LARGEST_PART = 60  # cells up to which each is a yes or no: beyond, that takes longer, and hides hardly fewer
LARGEST_WHOLE = 500  # cells up to which flows are whole: beyond, where the table is odd, only nearly all are
BATCHES = 100  # of a large part: more find cheaper answers, and take longer
TOLERANCE = 1e-6  # of the largest number of a flow


class _Entries(NamedTuple):
    """A sparse matrix, an entry each: its row, its column and its value."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray

    @property
    def row_count(self) -> int:
        return int(self.rows.max()) + 1

    def times(self, vector: np.ndarray) -> np.ndarray:
        return np.bincount(self.rows, self.values * vector[self.columns])


class _Part(NamedTuple):
    """Cells that can move together."""

    cells: np.ndarray  # their places in the block
    values: np.ndarray  # component x cell
    sums: _Entries  # a row a sum: 1 at its total, -1 at its parts
    weights: np.ndarray
    hidden: np.ndarray  # of bool: from the start
    demands: list[Demand]

    @property
    def is_large(self) -> bool:
        return len(self.cells) > LARGEST_PART

    @property
    def must_be_whole(self) -> bool:
        return len(self.cells) <= LARGEST_WHOLE


class _Limits(NamedTuple):
    """Of a flow in each cell, upwards and then downwards: the least, the most, and the share of a cell that 1 is."""

    least: np.ndarray
    most: np.ndarray
    share: np.ndarray


class _Columns(NamedTuple):
    """What a program may choose: what each costs, its least and most, and whether it is a whole number."""

    cost: np.ndarray
    least: np.ndarray
    most: np.ndarray
    is_whole: np.ndarray


Group: TypeAlias = list[Demand]  # of one component, to be met by one flow


def solve(block: Block, links: Links, demands: list[Demand], deadline: float) -> frozenset[int] | None:
    """The cells to hide besides the first; None where time ran out, or what is in print makes a demand impossible."""
    further = set[int]()
    for part in _split(block, links, demands):
        hidden = _cover(part, deadline)
        if hidden is None:
            return None
        further |= set(part.cells[hidden].tolist())
    return frozenset(further) - block.first


def _split(block: Block, links: Links, demands: list[Demand]) -> Iterator[_Part]:
    """What moves together and has demands."""
    entries = [(row, cell, sign) for cell, own in links.items() for row, sign in own]
    rows, cells, signs = (np.array(column) for column in zip(*entries, strict=True))
    label = _together(rows, cells, len(block.weights))
    values, weights, hidden = (
        np.array(block.values),
        np.array(block.weights),
        np.isin(np.arange(len(label)), [*block.first]),
    )
    for wanted in np.unique(label[[demand.cell for demand in demands]]):
        own, linked = np.flatnonzero(label == wanted), label[cells] == wanted
        sums = _Entries(_numbered(rows[linked]), np.searchsorted(own, cells[linked]), signs[linked])
        asked = [d._replace(cell=int(np.searchsorted(own, d.cell))) for d in demands if label[d.cell] == wanted]
        yield _Part(own, values[:, own], sums, weights[own], hidden[own], asked)


def _together(rows: np.ndarray, cells: np.ndarray, size: int) -> np.ndarray:
    """A label for each cell; cells of one sum, and so on through further sums, share theirs."""
    label = np.arange(size)
    while True:
        least = np.full(rows.max() + 1, size)
        np.minimum.at(least, rows, label[cells])
        lower = label.copy()
        np.minimum.at(lower, cells, least[rows])
        if (lower == label).all():
            return label
        label = lower[lower]  # the label of a label is of the same cells, and lower


def _numbered(rows: np.ndarray) -> np.ndarray:
    return np.unique(rows, return_inverse=True)[1]


def _cover(part: _Part, deadline: float) -> np.ndarray | None:
    """The cells hidden in the end, batch by batch, the largest demands first: their flows meet smaller ones too."""
    hidden, moved = part.hidden.copy(), np.zeros_like(part.values)
    left = sorted(part.demands, key=lambda demand: -abs(demand.amount))
    size = -(-len(left) // BATCHES) if part.is_large else max(1, LARGEST_BATCH // len(part.cells))
    while left:
        groups = _batch(part, left, size)
        found = _flows(part, groups, hidden, deadline)
        if found is None and (size == 1 or time.monotonic() > deadline):
            return None
        size = size if found else (size + 1) // 2
        for group, flow in zip(groups, found or (), strict=False):
            component = group[0].component
            hidden |= flow != 0
            moved[component] = np.maximum(moved[component], abs(flow))
            left = _unmet(part, left, component, flow)
        left = left or _pinned(part, moved)
    return hidden


def _batch(part: _Part, left: list[Demand], size: int) -> list[Group]:
    """The demands to meet next: each by a flow, or in a large part by one flow, far apart and a cell once."""
    if not part.is_large:
        return [[demand] for demand in left[:size]]
    own = [demand for demand in left if demand.component == left[0].component]
    return [list({demand.cell: demand for demand in own[:: max(1, len(own) // size)][:size]}.values())]


def _unmet(part: _Part, demands: list[Demand], component: int, flow: np.ndarray) -> list[Demand]:
    """The demands that neither the flow nor, where no count falls below 0, its mirror image meets."""
    images = [flow, -flow] if (part.values[component] >= flow).all() else [flow]
    return [d for d in demands if d.component != component or not any(_meets(image, d) for image in images)]


def _pinned(part: _Part, moved: np.ndarray) -> list[Demand]:
    """A further cell whose only flows are below 1 may still have one whole number alone: it is to move by 1."""
    slight = moved.any(axis=0) & (moved.max(axis=0) < 1) & ~part.hidden
    first = moved.argmax(axis=0)
    return [Demand(int(first[n]), int(n), 1.0) for n in np.flatnonzero(slight) if _is_whole(part.values[first[n]])]


def _flows(part: _Part, groups: list[Group], hidden: np.ndarray, deadline: float) -> list[np.ndarray] | None:
    """A flow for each group. Whole ones are asked for where they do not come of themselves: that takes longer."""
    for whole in (False, True) if part.must_be_whole else (False,):
        units = np.array([[1.0 if whole else _largest(group)] for group in groups])
        limits = [_limits(part, group, unit) for group, (unit,) in zip(groups, units, strict=True)]
        found = _cheapest(part, limits, hidden, whole, (deadline - time.monotonic()) / 2)
        if found is not None:
            flows = [_certified(part, *one) for one in zip(groups, found * units, strict=True)]
            certain = [flow for flow in flows if flow is not None]
            if len(certain) == len(groups):
                return certain
    return None


def _limits(part: _Part, group: Group, unit: float) -> _Limits:
    """How far a flow may take each cell, in units of it: up, then down.

    A flow falls into circuits through its demands. In all but odd tables these are of +1 and -1: so in a small part no
    cell moves by more than its demand, without loss.
    """
    values = part.values[group[0].component] / unit
    asked = np.full(len(values), _largest(group) / unit)
    full = np.concatenate([asked, np.minimum(asked, values)])
    most = np.concatenate([np.full(len(values), np.inf), values]) if part.is_large else full.copy()
    least = np.zeros(len(most))
    for _, cell, amount in group:
        way, back = (cell, cell + len(values)) if amount > 0 else (cell + len(values), cell)
        least[way] = most[way] = abs(amount) / unit
        most[back] = 0.0
    return _Limits(least, most, np.divide(1.0, full, out=np.zeros_like(full), where=full > 0))


def _cheapest(part: _Part, limits: list[_Limits], hidden: np.ndarray, whole: bool, seconds: float) -> np.ndarray | None:
    """The flows that hide least, a row each, in their units; None where there are none, or time ran out."""
    least, most, share = (np.concatenate(of_all) for of_all in zip(*limits, strict=True))
    price = np.where(hidden, 0.0, part.weights)
    if part.is_large:
        cost, choices = np.tile(price, 2 * len(limits)) * share, 0
    else:
        cost, choices = np.concatenate([np.zeros(len(share)), price]), len(price)
    columns = _Columns(
        cost,
        np.concatenate([least, hidden[:choices]]),
        np.concatenate([most, np.ones(choices)]),
        np.concatenate([np.full(len(share), whole, np.int32), np.ones(choices, np.int32)]),
    )
    found = _solved(columns, *_rules(part, share, len(limits)), seconds)
    if found is None:
        return None
    up, down = found[: len(share)].reshape(len(limits), 2, len(price)).swapaxes(0, 1)
    return up - down


def _rules(part: _Part, share: np.ndarray, flows: int) -> tuple[_Entries, np.ndarray]:
    """The sums of each flow stay, and in a small part no flow moves a cell that is not chosen; with the least of each.

    At the most each is 0.
    """
    sums, cell, flow = part.sums, np.arange(len(part.cells)), np.arange(flows)[:, None]
    count, cells = sums.row_count, len(part.cells)
    row, up = flow * count + sums.rows, 2 * cells * flow
    entries = [(row, up + sums.columns, sums.values), (row, up + cells + sums.columns, -sums.values)]
    if not part.is_large:
        row, moved = flows * count + flow * cells + cell, share.reshape(flows, 2, cells)
        entries += [(row, up + cell, moved[:, 0]), (row, up + cells + cell, moved[:, 1])]
        entries.append((row, 2 * cells * flows + cell, np.array(-1.0)))
    broadcast = [np.broadcast_arrays(*entry) for entry in entries]
    rules = _Entries(*(np.concatenate([one.ravel() for one in of_all]) for of_all in zip(*broadcast, strict=True)))
    choices = 0 if part.is_large else cells
    return rules, np.concatenate([np.zeros(flows * count), np.full(flows * choices, -np.inf)])


def _solved(columns: _Columns, rules: _Entries, least: np.ndarray, seconds: float) -> np.ndarray | None:
    """The values of the columns that cost least, or the best in time; None where there are none."""
    solver = highspy._Highs()  # type: ignore[attr-defined]  # `Highs` prints a line when it is made
    presolve = "off" if columns.is_whole.any() else "on"  # a program of few cells takes longer to make smaller
    for option, value in (
        ("output_flag", False),
        ("time_limit", max(seconds, 0.0)),
        ("threads", 1),
        ("presolve", presolve),
    ):
        solver.setOptionValue(option, value)
    order = np.lexsort((rules.columns, rules.rows))
    starts = np.searchsorted(rules.rows[order], np.arange(len(least))).astype(np.int32)
    form = int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0
    matrix = starts, rules.columns[order].astype(np.int32), rules.values[order]
    bounds = columns.cost, columns.least, columns.most, least, np.zeros(len(least))
    solver.passModel(len(columns.cost), len(least), len(order), *form, *bounds, *matrix, columns.is_whole)
    solver.run()
    is_found = solver.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible
    return np.array(solver.getSolution().col_value) if is_found else None


def _certified(part: _Part, group: Group, flow: np.ndarray) -> np.ndarray | None:
    """The flow, whole where values are whole; None where it breaks a sum, takes a count below 0, or is too small."""
    values, tolerance = part.values[group[0].component], TOLERANCE * abs(flow).max()
    for is_whole in (_is_whole(values),) if part.must_be_whole else (True, False):
        kept = np.rint(flow) if is_whole else np.where(abs(flow) > tolerance, flow, 0.0)
        holds = abs(part.sums.times(kept)).max() <= tolerance and (values + kept).min() >= -tolerance
        if holds and all(_meets(kept, demand) for demand in group):
            return kept
    return None


def _largest(group: Group) -> float:
    return max(abs(demand.amount) for demand in group)


def _meets(flow: np.ndarray, demand: Demand) -> bool:
    return flow[demand.cell] / demand.amount >= 1 - TOLERANCE


def _is_whole(values: np.ndarray) -> bool:
    return bool((values == values.round()).all())
