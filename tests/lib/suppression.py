"""Made-up tables with totals, as blocks for the suppressor; and someone who works hidden counts out of what is printed.

A cell of a table is a figure that prints a count of each component. That someone shares nothing with the suppressor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
from scipy.optimize import linprog

from warehouse.disclosure.suppression.block import Block, Need, Sum

Shape = Sequence[Sequence[int]]  # by direction: sizes of its groups; one group is a direction without parts of parts
GROUPS = (9, 8, 6, 4, 2)  # categories of five breakdowns, each adding up to all: 30 cells with it
STARTS = np.cumsum((1, *GROUPS))
SUMS = [(0, tuple(range(start, start + size))) for start, size in zip(STARTS.tolist(), GROUPS, strict=False)]


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
    return table(values.reshape(len(counts), -1), sums, threshold, zeros_shown=zeros_shown)


def table(flat: np.ndarray, sums: Sequence[tuple[int, tuple[int, ...]]], threshold: int, *, zeros_shown: bool) -> Block:
    """Components x cells, and the sums between the cells of each; a cell of nobody is in print, or may be."""
    cells = flat.shape[1]
    rows = tuple(
        ((first + total, 1.0), *((first + part, -1.0) for part in parts))
        for first in range(0, flat.size, cells)
        for total, parts in sums
    )
    prints = tuple(tuple(range(cell, flat.size, cells)) for cell in range(cells))
    zeros = frozenset(np.flatnonzero((flat == 0).all(axis=0)).tolist()) if zeros_shown else frozenset()
    values = tuple(flat.ravel().tolist())
    return Block(values, rows, prints, needs(values, threshold), frozenset(), zeros, (1.0,) * cells)


def needs(values: Sequence[float], threshold: int) -> tuple[Need, ...]:
    """From its half to the threshold, for each small count."""
    return tuple(Need(n, value // 2, threshold) for n, value in enumerate(values) if 0 < value < threshold)


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
        yield table(flat, SUMS, 11, zeros_shown=True)


def linked_block(seed: int) -> Block:
    """Two shares and a median of the same people: their base is one count, which each figure of theirs prints.

    Counts are the base, who counts and who does not of one share and of the other, each by two ways.
    """
    made = np.random.default_rng(seed)
    size = tuple(made.integers(2, 4, size=2).tolist())
    people = _counts(made, list(size), 30)
    shares = [made.binomial(people, made.random()) for _ in range(2)]
    counts = np.concatenate([people, *(part for share in shares for part in (share, people - share))])
    alone = block(counts, [[one] for one in size], 8)
    cells = len(alone.prints)
    splits = tuple(
        ((cell, 1.0), (of + cell, -1.0), (of + cells + cell, -1.0))
        for of in (cells, 3 * cells)
        for cell in range(cells)
    )
    prints = [(cell, of + cell, of + cells + cell) for of in (cells, 3 * cells) for cell in range(cells)]
    zeros = frozenset(cell + more for cell in alone.shown for more in (0, cells, 2 * cells))
    return replace(
        alone,
        sums=alone.sums + splits,
        prints=(*prints, *((cell,) for cell in range(cells))),
        shown=zeros,
        weights=(1.0,) * 2 * cells + (0.2,) * cells,
    )


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


Interval = tuple[float, float]
Fact = tuple[Sum, float]  # what is known of unknown counts: signed, they add up to that


def unknown(made: Block, hidden: Collection[int]) -> list[int]:
    """The counts that no figure in print has in it."""
    shown = set(range(len(made.prints))) - set(hidden)
    return sorted(set(range(len(made.values))) - {count for figure in shown for count in made.prints[figure]})


def facts(made: Block, hidden: Collection[int]) -> Iterator[Fact]:
    """What the sums say of the unknown counts once those in print are taken away."""
    left = set(unknown(made, hidden))
    for row in made.sums:
        adds_up_to = sum(sign * made.values[count] for count, sign in row)
        in_print = sum(sign * made.values[count] for count, sign in row if count not in left)
        yield tuple((count, sign) for count, sign in row if count in left), adds_up_to - in_print


def intervals(
    made: Block, hidden: Collection[int], *, of: Collection[int] | None = None, whole: bool = True
) -> dict[int, Interval]:
    """The least and the most that each unknown count (or those of `of`) can be, given the sums; nothing is below 0.

    whole: and all are whole numbers, which no linear program alone makes use of.
    """
    counts = unknown(made, hidden)
    known = list(facts(made, hidden))
    rules = np.zeros((len(known), len(counts)))
    for row, (members, _) in enumerate(known):
        for count, sign in members:
            rules[row, counts.index(count)] += sign
    ends = [end for _, end in known]
    asked = counts if of is None else of
    return {count: tuple(_end(counts.index(count), sign, rules, ends, whole) for sign in (1, -1)) for count in asked}


def _end(place: int, sign: int, rules: np.ndarray, ends: list[float], whole: bool) -> float:
    aim = np.zeros(rules.shape[1])
    aim[place] = sign
    found = linprog(aim, A_eq=rules, b_eq=ends, integrality=np.full(len(aim), int(whole)))
    if found.x is None:
        assert sign == -1, found.message  # only the most can be without end
        return inf
    return round(found.x[place], 6)


def tried(made: Block, hidden: Collection[int], most: int) -> dict[int, Interval]:
    """The same by trying each whole number up to `most` in each unknown count: for tiny tables."""
    counts, known, fits = unknown(made, hidden), list(facts(made, hidden)), []
    for guess in product(range(most + 1), repeat=len(counts)):
        full = dict(zip(counts, guess, strict=True))
        if all(sum(sign * full[count] for count, sign in members) == end for members, end in known):
            fits.append(guess)
    return {count: (min(fit[n] for fit in fits), max(fit[n] for fit in fits)) for n, count in enumerate(counts)}
