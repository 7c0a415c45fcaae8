"""A family a layer at a time: what stands in print beside what it is part of is decided on last, a group at a time.

Of a group that is in print all counts are taken as known when its parts are decided on, so that groups and metrics can
be decided on one by one; parts of a figure that is not in print are not either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

from schemas.metrics import WIDER
from warehouse.disclosure.counted import Names, counted
from warehouse.disclosure.sums import Figure, FigureKey, Place
from warehouse.disclosure.system import System

BESIDE = frozenset(narrow for narrow, wide in WIDER.items() if wide in WIDER)  # breakdowns in print beside the wider


def in_layers(
    there: Sequence[Figure],
    absent: Sequence[Figure],
    names: Names,
    wider: Mapping[Place, Place],
    hidden: Set[FigureKey],
    kept: Set[FigureKey],
) -> tuple[dict[FigureKey, str], set[FigureKey]]:
    """Decide on the figures: `hidden` are out of print from the start, `kept` stay in print.

    Returns how each was found that is hidden besides, and the medians in print without their counts.
    """
    groups = [one for one in there if one.breakdown not in BESIDE]
    of_groups = System(groups, counted(groups, absent, names), wider, hidden, kept)
    how, countless = of_groups.how, of_groups.countless
    parts: dict[Place, list[Figure]] = defaultdict(list)
    for one in there:
        if one.breakdown in BESIDE and one.place in wider:
            parts[wider[one.place]].append(one)
    for place, of in parts.items():
        beside = [one for one in groups if one.place == place]
        out = hidden | how.keys()
        in_print = {one.key[:2] for one in beside if not one.reason and one.key not in out}
        lost = {one.key for one in of if one.key[:2] not in in_print}
        found = System(of, counted([*beside, *of], [], names), wider, hidden | lost, kept, known={place})
        how |= dict.fromkeys(sorted(lost), "none needed") | found.how
        countless |= found.countless
    return how, countless
