"""What can be told by laying two publications of the same people beside each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from warehouse.disclosure.sums import FigureKey

Contributions: TypeAlias = Mapping[tuple, int]  # what a person adds -> how many people add that
KeySums: TypeAlias = Sequence[tuple[FigureKey, Sequence[FigureKey]]]


@dataclass(frozen=True)
class Statement:
    """A family of figures as it was or would be in print: what people add to each, and which are shown."""

    contributions: Mapping[FigureKey, Contributions]
    shown: frozenset[FigureKey]


def people_between(change: Mapping[tuple, int]) -> int:
    """The fewest people who can have been added, removed or changed; one who changed is one gone and one come."""
    come = sum(count for count in change.values() if count > 0)
    gone = -sum(count for count in change.values() if count < 0)
    return max(come, gone)


def people_changed(now: Mapping[FigureKey, Contributions], then: Mapping[FigureKey, Contributions]) -> int:
    """The most people who can be told to have changed between two statements, by an item that both have."""
    common = {key[:2] for key in now} & {key[:2] for key in then}
    return max(
        (people_between(_change(now.get(key, {}), then.get(key, {}))) for key in {*now, *then} if key[:2] in common),
        default=0,
    )


def figures_that_differ_by_few(now: Statement, then: Statement, sums: KeySums, threshold: int) -> set[FigureKey]:
    """The figures to hide, so that nothing in print in both differs by 1 to `threshold` - 1 people.

    Neither may the people in a numerator, or those outside it. What is left of a total when its shown parts are taken
    away counts like a figure; then a part of it is named, or the total where no part is shown.
    """
    both = now.shown & then.shown
    change = {key: _change(now.contributions.get(key, {}), then.contributions.get(key, {})) for key in both}
    near = {key for key in both if _is_few(change[key], threshold)}
    for total, parts in sums:
        if total in both:
            rest = Counter(change[total])
            seen = [part for part in parts if part in both]
            for part in seen:
                rest.subtract(change[part])
            if _is_few(rest, threshold):
                near.add(min(seen, key=lambda key: (sum(now.contributions.get(key, {}).values()), key), default=total))
    return near


def unchanged_figures(
    now: Mapping[FigureKey, Contributions], then: Statement, threshold: int
) -> tuple[set[FigureKey], set[FigureKey]]:
    """The figures that few or no people changed, which must therefore stay as they are: hidden ones, shown ones.

    Shown now, a figure that was hidden then would tell, nearly or exactly, what it was. Of those in print only the
    ones that are quite the same are named. A figure that was not in the statement is neither.
    """
    change = {
        key: people_between(_change(added, then.contributions[key]))
        for key, added in now.items()
        if key in then.contributions
    }
    hidden = {key for key, people in change.items() if key not in then.shown and people < threshold}
    return hidden, {key for key, people in change.items() if key in then.shown and not people}


def _is_few(change: Mapping[tuple, int], threshold: int) -> bool:
    """True where 1 to `threshold` - 1 people make the difference: of all, of those who count, or of the others."""
    who_count = {what: count for what, count in change.items() if what[0]}
    others = {what: count for what, count in change.items() if not what[0]}
    return any(0 < people_between(part) < threshold for part in (change, who_count, others))


def _change(now: Contributions, then: Contributions) -> Counter[tuple]:
    change = Counter(dict(now))
    change.subtract(then)
    return change
