"""Made-up tables with totals, as blocks for the suppressor; and someone who works hidden cells out of what is printed.

That someone shares nothing with the suppressor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from math import inf

import numpy as np
from scipy.optimize import linprog

from warehouse.disclosure.suppression.block import Block, Need

Shape = Sequence[Sequence[int]]  # by direction: sizes of its groups; one group is a direction without parts of parts
GROUPS = (9, 8, 6, 4, 2)  # categories of five breakdowns, each adding up to all: 30 cells with it
STARTS = np.cumsum((1, *GROUPS))
SUMS = tuple((0, tuple(range(start, start + size))) for start, size in zip(STARTS.tolist(), GROUPS, strict=False))


def block(counts: np.ndarray, shape: Shape, threshold: int, *, zeros_shown: bool = True) -> Block:
    """counts: component x each direction. A count of 1 or more below the threshold needs its half to the threshold."""
    values, sums = counts.astype(float), []
    directions = [_direction(sizes) for sizes in shape]
    for axis, (members, _) in enumerate(directions, start=1):
        values = np.moveaxis(np.tensordot(members, values, axes=(1, axis)), 0, axis)
    place = np.arange(values[0].size).reshape(values[0].shape)
    for axis, (_, links) in enumerate(directions):
        turned = np.moveaxis(place, axis, 0)
        for (total, parts), other in product(links, np.ndindex(*turned.shape[1:])):
            sums.append((int(turned[(total, *other)]), tuple(int(turned[(part, *other)]) for part in parts)))
    flat = values.reshape(len(counts), -1)
    zeros = frozenset(np.flatnonzero((flat == 0).all(axis=0)).tolist()) if zeros_shown else frozenset()
    return Block(
        values=tuple(tuple(component) for component in flat.tolist()),
        sums=tuple(sums),
        needs=needs(flat, threshold),
        hidden=frozenset(),
        shown=zeros,
        weights=(1.0,) * flat.shape[1],
    )


def needs(flat: np.ndarray, threshold: int) -> tuple[Need, ...]:
    """From its half to the threshold, for each small count of component x cell."""
    small = [(int(c), int(n), float(flat[c, n])) for c, n in np.argwhere((flat > 0) & (flat < threshold))]
    return tuple(Need(component, cell, value // 2, threshold) for component, cell, value in small)


def random_block(seed: int) -> Block:
    """Two ways, three ways, or parts of parts; sparse; threshold 5, 8 or 11."""
    made = np.random.default_rng(seed)
    shape: Shape = [[made.integers(2, 7)], [made.integers(2, 6)]]
    if seed % 3 == 1:
        shape = [[made.integers(2, 4)], [made.integers(2, 4)], [made.integers(2, 4)]]
    if seed % 3 == 2:
        shape = [made.integers(2, 4, size=made.integers(2, 4)), [made.integers(2, 5)]]
    return block(_counts(made, [sum(sizes) for sizes in shape], 40), shape, (5, 8, 11)[seed // 3 % 3])


def big_block(seed: int, shape: Shape, mean: float) -> Block:
    """Counts of people about that mean, most below it; threshold 11."""
    return block(_counts(np.random.default_rng(seed), [sum(sizes) for sizes in shape], mean), shape, 11)


def share_blocks(count: int) -> Iterator[Block]:
    """A share of people each, with and without, by five breakdowns; 5 to 400 people, threshold 11."""
    made = np.random.default_rng(1)
    for _ in range(count):
        people = int(made.integers(5, 401))
        having = made.random(people) < made.random()
        groups = [made.choice(size, people, p=made.dirichlet(np.full(size, 2.0))) for size in GROUPS]
        flat = np.array([_by_group(groups, having), _by_group(groups, ~having)])
        shown = frozenset(np.flatnonzero(flat.sum(axis=0) == 0).tolist())
        values = tuple(tuple(component) for component in flat.tolist())
        yield Block(values, SUMS, needs(flat, 11), frozenset(), shown, (1.0,) * 30)


def _by_group(groups: list[np.ndarray], of: np.ndarray) -> np.ndarray:
    parts = [np.bincount(group[of], minlength=size) for group, size in zip(groups, GROUPS, strict=True)]
    return np.concatenate([[of.sum()], *parts]).astype(float)


def _counts(made: np.random.Generator, size: list[int], mean: float) -> np.ndarray:
    counts = made.poisson(made.gamma(0.7, mean / 0.7, size=size))
    return np.where(made.random(size) < 0.1, 0, counts)[None]


def _direction(sizes: Sequence[int]) -> tuple[np.ndarray, list[tuple[int, tuple[int, ...]]]]:
    """Its total, its groups where there are several, its leaves, each a row of ones at its leaves; and their sums."""
    leaves = sum(sizes)
    group = np.repeat(np.arange(len(sizes)), sizes)
    groups = [group == n for n in range(len(sizes))] if len(sizes) > 1 else []
    first = 1 + len(groups)
    links = [(0, tuple(range(1, first)) if groups else tuple(range(1, 1 + leaves)))]
    links += [(1 + n, tuple((first + np.flatnonzero(mine)).tolist())) for n, mine in enumerate(groups)]
    return np.vstack([np.ones(leaves), *groups, np.eye(leaves)]), links


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
