"""Someone who works hidden cells out of what is printed. Shares nothing with the suppressor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product
from math import inf

import numpy as np
from scipy.optimize import linprog

Printed = Sequence[float | None]  # one component's cells; None where hidden
Sums = Sequence[tuple[int, tuple[int, ...]]]
Interval = tuple[float, float]


def printed(values: Sequence[float], hidden: frozenset[int]) -> list[float | None]:
    """What is left to read of one component."""
    return [None if cell in hidden else value for cell, value in enumerate(values)]


def intervals(
    read: Printed, sums: Sums, *, of: Collection[int] | None = None, whole: bool = True
) -> dict[int, Interval]:
    """The least and the most that each hidden cell (or those of `of`) can be, given the sums; nothing is below 0.

    whole: and all are whole numbers, which no linear program alone makes use of.
    """
    cells = [cell for cell, value in enumerate(read) if value is None]
    rules, ends = [], []
    for total, parts in sums:
        signed = [(total, 1.0), *((part, -1.0) for part in parts)]
        row = np.zeros(len(cells))
        for cell, sign in signed:
            if read[cell] is None:
                row[cells.index(cell)] += sign
        rules.append(row)
        ends.append(-sum(sign * read[cell] for cell, sign in signed if read[cell] is not None))
    asked = cells if of is None else of
    return {cell: tuple(_end(cells.index(cell), sign, rules, ends, whole) for sign in (1, -1)) for cell in asked}


def _end(place: int, sign: int, rules: list[np.ndarray], ends: list[float], whole: bool) -> float:
    aim = np.zeros(len(rules[0]))
    aim[place] = sign
    found = linprog(aim, A_eq=np.array(rules), b_eq=ends, integrality=np.full(len(aim), int(whole)))
    if found.x is None:
        assert sign == -1, found.message  # only the most can be without end
        return inf
    return round(found.x[place], 6)


def tried(read: Printed, sums: Sums, most: int) -> dict[int, Interval]:
    """The same by trying each whole number up to `most` in each hidden cell: for tiny tables."""
    cells = [cell for cell, value in enumerate(read) if value is None]
    fits = []
    for guess in product(range(most + 1), repeat=len(cells)):
        full = list(read)
        for cell, value in zip(cells, guess, strict=True):
            full[cell] = value
        if all(full[total] == sum(full[part] for part in parts) for total, parts in sums):
            fits.append(guess)
    return {cell: (min(fit[n] for fit in fits), max(fit[n] for fit in fits)) for n, cell in enumerate(cells)}
