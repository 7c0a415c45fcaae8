"""A block in the making: columns for counts, and the figures that print them."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from warehouse.disclosure.sums import Place, larger_places
from warehouse.disclosure.suppression.block import Block, Need, Sum
from warehouse.disclosure.suppression.suppress import Suppression, suppress

REST = "rest"


@dataclass
class Draft:
    """A block in the making: a column for each count that can be unknown, or two where all of it cannot.

    Where a median is in print without its count, that is known to be the threshold or more: the second column is the
    threshold, and unknown only where the median is not in print either.
    """

    values: list[float] = field(default_factory=list)
    at: dict[tuple[str, Place], tuple[int, ...]] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    def add(self, *values: float) -> tuple[int, ...]:
        """Further columns."""
        self.values += (max(value, 0) for value in values)
        return tuple(range(len(self.values) - len(values), len(self.values)))

    def columns(self, names: Iterable[str], place: Place) -> list[int]:
        """The columns of these counts at a place."""
        return [column for name in names for column in self.at.get((name, place), ())]

    def need(self, name: str, place: Place, low: float, high: float) -> None:
        """Ask for a count that has a column of its own."""
        self.needs += [Need(column, low, high) for column in self.at.get((name, place), ())[:1]]

    def signed(self, plus: Iterable[int], minus: Iterable[int]) -> Sum:
        """A sum of columns: those of a whole, and those of its parts."""
        return (*((column, 1.0) for column in plus), *((column, -1.0) for column in minus))

    def bounds(self, names: Set[str]) -> list[Sum]:
        """In a group of doctors there are no more of a programme than there are in the group."""
        found = []
        values = {at: sum(self.values[column] for column in own) for at, own in self.at.items() if at[0] in names}
        for name, place in sorted(values):
            for larger in larger_places(place):
                left = values.get((name, larger), -1) - values[name, place]
                if left >= 0:
                    minus = (*self.at[name, place], *self.add(left))
                    found.append(self.signed(self.at[name, larger], minus))
        return found


@dataclass
class Printed:
    """The figures of a block; a median is there twice, for its count and for its value."""

    prints: list[Sequence[int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)

    def add(self, columns: Sequence[int], weight: float, is_hidden: bool, is_kept: bool) -> None:
        """A further figure."""
        (self.hidden if is_hidden else self.shown if is_kept else set()).add(len(self.prints))
        self.prints.append(columns)
        self.weights.append(weight)

    def suppress(self, draft: Draft) -> Suppression:
        """What to hide of them."""
        needs = tuple(dict.fromkeys(draft.needs))
        prints = tuple(map(tuple, self.prints))
        hidden, shown = frozenset(self.hidden), frozenset(self.shown)
        return suppress(
            Block(tuple(draft.values), tuple(draft.sums), prints, needs, hidden, shown, tuple(self.weights))
        )


def rest_of(total: Place, parts: Sequence[Place]) -> Place:
    """Where those are counted whom the parts leave over."""
    return REST, "|".join((*total, parts[0][0]))
