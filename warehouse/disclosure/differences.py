"""What can be told by laying two publications of the same people beside each other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FigureKey = tuple[str, str, str]  # item, breakdown, category
Contributions = Mapping[tuple, int]  # what a person adds -> how many people add that


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


def figures_that_differ_by_few(
    now: Statement, then: Statement, sums: Iterable[tuple[FigureKey, Sequence[FigureKey]]], threshold: int
) -> set[FigureKey]:
    """The figures to hide, so that nothing in print in both differs by 1 to `threshold` - 1 people.

    What is left of a total when its shown parts are taken away counts like a figure; then a part of it is named, or
    the total where no part is shown.
    """
    both = now.shown & then.shown
    change = {key: _change(now.contributions.get(key, {}), then.contributions.get(key, {})) for key in both}
    near = {key for key in both if 0 < people_between(change[key]) < threshold}
    for total, parts in sums:
        if total in both:
            rest = Counter(change[total])
            seen = [part for part in parts if part in both]
            for part in seen:
                rest.subtract(change[part])
            if 0 < people_between(rest) < threshold:
                near.add(min(seen, key=lambda key: (sum(now.contributions.get(key, {}).values()), key), default=total))
    return near


def unchanged_figures(
    now: Mapping[FigureKey, Contributions], then: Statement, threshold: int
) -> tuple[set[FigureKey], set[FigureKey]]:
    """The figures that few or no people changed, which must therefore stay as they are: hidden ones, shown ones.

    Shown now, a figure that was hidden then would tell, nearly or exactly, what it was. Of those in print only the
    ones that are quite the same are named.
    """
    change = {key: people_between(_change(added, then.contributions.get(key, {}))) for key, added in now.items()}
    hidden = {key for key, people in change.items() if key not in then.shown and people < threshold}
    return hidden, {key for key, people in change.items() if key in then.shown and not people}


def _change(now: Contributions, then: Contributions) -> Counter[tuple]:
    change = Counter(dict(now))
    change.subtract(then)
    return change
