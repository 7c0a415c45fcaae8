"""The program that HiGHS solves: flows through linked counts, and which figures they hide."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import highspy
import numpy as np


class Entries(NamedTuple):
    """A sparse matrix, an entry each: its row, its column and its value."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray

    @property
    def row_count(self) -> int:
        return int(self.rows.max()) + 1

    def times(self, vector: np.ndarray) -> np.ndarray:
        return np.bincount(self.rows, self.values * vector[self.columns])

    def within(self, columns: np.ndarray) -> "Entries":
        """The entries of these columns, in their order; rows and columns are numbered anew."""
        own = np.isin(self.columns, columns)
        return Entries(numbered(self.rows[own]), np.searchsorted(columns, self.columns[own]), self.values[own])


class Flow(NamedTuple):
    """One flow to find, of the counts of one circuit: upwards first, then downwards, in units of it."""

    counts: np.ndarray
    sums: Entries
    prints: Entries  # with the part's figures for rows
    least: np.ndarray
    most: np.ndarray
    share: np.ndarray  # of the most that 1 is


class Columns(NamedTuple):
    """What a program may choose: what each costs, its least and most, and whether it is a whole number."""

    cost: np.ndarray
    least: np.ndarray
    most: np.ndarray
    is_whole: np.ndarray


def entries_of(found: Iterator[tuple[int, int, float]]) -> Entries:
    """A matrix of (row, column, value)."""
    table = np.array(list(found), float).reshape(-1, 3)
    return Entries(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2])


def numbered(rows: np.ndarray) -> np.ndarray:
    """The rows numbered from 0 without a gap, in their order."""
    return np.unique(rows, return_inverse=True)[1]


def rules_of(flows: Sequence[Flow], moves: int, choices: int) -> tuple[Entries, np.ndarray]:
    """The sums of each flow stay, and in a small part no flow moves a count whose figures are not all chosen.

    With the least of each; at the most each is 0.
    """
    entries, least, row, start = list[tuple[np.ndarray, ...]](), list[float](), 0, 0
    for flow in flows:
        size, (rows, columns, signs) = len(flow.counts), flow.sums
        entries += [(row + rows, start + columns, signs), (row + rows, start + size + columns, -signs)]
        least += [0.0] * flow.sums.row_count
        row += flow.sums.row_count
        if choices:
            figures, counts, _ = flow.prints
            own = row + np.arange(len(figures))
            entries += [
                (own, start + counts, flow.share[counts]),
                (own, start + size + counts, flow.share[size + counts]),
            ]
            entries.append((own, moves + figures, np.full(len(figures), -1.0)))
            least += [-np.inf] * len(figures)
            row += len(figures)
        start += 2 * size
    rules = Entries(*(np.concatenate(of_all) for of_all in zip(*entries, strict=True)))
    return rules, np.array(least)


def solved(columns: Columns, rules: Entries, least: np.ndarray, seconds: float) -> np.ndarray | None:
    """The values of the columns that cost least, or the best in time; None where there are none."""
    solver = highspy._Highs()  # type: ignore[attr-defined]  # `Highs` prints a line when it is made
    presolve = "off" if columns.is_whole.any() else "on"  # a program of few cells takes longer to make smaller
    for option, value in (
        ("output_flag", False),
        ("time_limit", max(seconds, 0.0)),
        ("threads", 1),
        ("mip_heuristic_run_feasibility_jump", False),  # these two cost a third of the time, and find nothing better
        ("mip_detect_symmetry", False),
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
