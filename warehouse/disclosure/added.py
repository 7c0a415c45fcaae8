"""Sums to which several metrics add: the boxes of a level that were ticked, and the share of them.

What holds between such counts, and what may not be known of a sum for the sake of those who add to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from warehouse.disclosure.counted import Counted, User
from warehouse.disclosure.draft import Draft
from warehouse.disclosure.sums import Figure, Place
from warehouse.disclosure.suppression.block import Sum


def sums(draft: Draft, counts: Counted, names: set[str], value: Callable[[Draft, str, Place], float]) -> Iterator[Sum]:
    """What two metrics say of one sum is the same, at each place."""
    for one, other in counts.equal():
        signed = [*one.items(), *((name, -weight) for name, weight in other.items())]
        both = one.keys() | other.keys()
        for place in sorted({place for name, place in draft.at if name in both}) if names >= both else ():
            left = sum(weight * value(draft, name, place) for name, weight in signed)
            rest = draft.add(abs(left)) if left else ()
            own = ((column, weight) for name, weight in signed for column in draft.columns([name], place))
            yield (*own, *((column, -1.0 if left > 0 else 1.0) for column in rest))


def ask(draft: Draft, counts: Counted, names: set[str], figures_of: Mapping[User, Sequence[Figure]]) -> None:
    """Those who add to a sum are no more than it is, and no fewer than it has for each of its terms.

    Of those who add twice or more there are half as many at the most, and there may be none.
    """
    for any_of, (name, times) in counts.sums_of_any.items():
        terms = max(map(len, counts.added[name].values()), default=0) if name in names else 0
        asking = (figure for user in counts.users_of({any_of}) for figure in figures_of[user]) if terms else ()
        for figure in (one for one in asking if one.place in counts.values[name]):
            value = counts.values[name][figure.place]
            for low, high in figure.counting_needs():
                most = terms * low if times == 1 else value
                if value > most or value < times * high:
                    draft.need(name, figure.place, min(value, most), max(value, times * high))
