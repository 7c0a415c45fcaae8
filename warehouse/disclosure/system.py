"""Which figures of people who are counted together may be in print: the common counts first, then all others.

A common count (the respondents of a wave) is decided on with everything that is counted out of it: where it is small,
or must hide another that is, nothing of that place is in print. Elsewhere it is taken as known, so that metrics and
items that share no other count can be decided on one by one: what is safe against somebody who knows it is safe.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from warehouse.disclosure.counted import Counted, User, is_of_people, splits
from warehouse.disclosure.sums import ALL, Figure, FigureKey, Place, PlaceSum, small, sums_of
from warehouse.disclosure.suppression.block import Block, Need, Sum
from warehouse.disclosure.suppression.suppress import suppress

# Hiding the total of all staff costs more than hiding a group: it is what most readers look for. A median may be in
# print without its counts: little is lost.
WEIGHT_OF_ALL, WEIGHT_OF_COUNTS = 3.0, 0.2
REST = "rest"


@dataclass
class _Draft:
    """A block in the making: a column for each count that can be unknown."""

    values: list[float] = field(default_factory=list)
    at: dict[tuple[str, Place], int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    def add(self, value: float, *where: tuple[str, Place]) -> int:
        """A further count; without `where`, one that nobody asks for."""
        self.values.append(max(value, 0))
        self.at |= {one: len(self.values) - 1 for one in where}
        return len(self.values) - 1

    def rests(self, name: str) -> list[Place]:
        """The places of the count that are rests."""
        return [place for one, place in self.at if one == name and place[0] == REST]

    def block(
        self, prints: Sequence[Sequence[int]], hidden: Set[int], shown: Set[int], weights: Sequence[float]
    ) -> Block:
        """The block, with the figures that print its counts."""
        return Block(
            tuple(self.values),
            tuple(self.sums),
            tuple(map(tuple, prints)),
            tuple(dict.fromkeys(self.needs)),
            frozenset(hidden),
            frozenset(shown - hidden),
            tuple(weights),
        )


class System:
    """One family: `hidden` are out of print from the start, `kept` stay in print; `how` says how others were found."""

    def __init__(
        self,
        figures: Sequence[Figure],
        counts: Counted,
        wide: Mapping[str, str],
        hidden: Set[FigureKey],
        kept: Set[FigureKey],
    ) -> None:
        self.figures, self.counts, self.wide = figures, counts, wide
        self.hidden = {figure.key for figure in figures if figure.reason} | hidden
        self.kept = kept - self.hidden
        self.threshold = max((figure.threshold for figure in figures), default=0)
        self.closed: dict[str, Set[Place]] = {}
        self.how: dict[FigureKey, str] = {}  # of those hidden besides
        self._by_user: dict[User, list[Figure]] = defaultdict(list)
        for figure in figures:
            self._by_user[figure.metric_id, figure.item_code].append(figure)
        for name in counts.commons():
            self._close(name)
        for names in counts.linked():
            self._decide(names)

    def _close(self, name: str) -> None:
        """Decide at which places nothing of what is counted out of a common count may be in print."""
        values, whole = self.counts.values[name], self.counts.wholes.get(name, "")
        users = [user for user in self.counts.users if name in self.counts.common_to(user)]
        printed: dict[Place, list[Figure]] = defaultdict(list)
        for figure in (figure for user in users for figure in self._by_user[user]):
            printed[figure.place] += [figure] if figure.key not in self.hidden else []
        places, draft = [*values], self._draft({name})
        few = [
            Need(draft.at[name, p], *small(values[p], self.threshold)) for p in places if 0 < values[p] < self.threshold
        ]
        draft.needs += few
        inherited = self.closed.get(whole, set())
        found = suppress(
            draft.block(
                [[draft.at[name, place]] for place in places],
                {n for n, place in enumerate(places) if place in inherited},
                {n for n, p in enumerate(places) if any(figure.key in self.kept for figure in printed[p])},
                [sum(map(_weight, printed[place]), 0.1) for place in places],
            )
        )
        self.closed[name] = {places[n] for n in found.hidden}
        for place in self.closed[name]:
            self._hide(printed[place], found.method)

    def _decide(self, names: set[str]) -> None:
        """Decide on the figures that print these counts."""
        users = {user: parts for user, parts in self.counts.users.items() if names & set(parts.values())}
        figures = [figure for user in users for figure in self._by_user[user]]
        draft = self._draft(names)
        prints = []
        for figure in figures:
            at = {part: draft.at.get((name, figure.place)) for part, name in users[_user(figure)].items()}
            prints.append([column for column in at.values() if column is not None])
            if figure.is_unsafe:
                wanted = ((at.get(part), low, high) for part, low, high in figure.needs())
                draft.needs += [Need(column, low, high) for column, low, high in wanted if column is not None]
        out = {n for n, figure in enumerate(figures) if figure.key in self.hidden or figure.key in self.how}
        kept = {n for n, figure in enumerate(figures) if figure.key in self.kept}
        found = suppress(draft.block(prints, out, kept, [_weight(figure) for figure in figures]))
        self._hide([figures[n] for n in found.hidden - out], found.method)

    def _hide(self, figures: Sequence[Figure], method: str) -> None:
        self.how = {figure.key: method for figure in figures if figure.key not in self.hidden} | self.how

    def _draft(self, names: set[str]) -> _Draft:
        """These counts, the rests that their parts leave over, and the sums between them."""
        draft = _Draft()
        for name in sorted(names):
            for place, value in self.counts.values[name].items():
                draft.add(value, (name, place))
        sums = {name: self._sums(name) for name in sorted(names)}
        self._add_rests(draft, sums)
        for name, own in sums.items():
            for total, parts in own:
                members = (draft.at.get((name, place)) for place in (*parts, _rest(total, parts)))
                minus = tuple((column, -1.0) for column in members if column is not None)
                draft.sums.append(((draft.at[name, total], 1.0), *minus))
        draft.sums += [*self._shares(draft, names), *self._parts(draft, names)]
        return draft

    def _sums(self, name: str) -> list[PlaceSum]:
        return sums_of(self.counts.values[name].keys(), self.wide, self.counts.absent.get(name, set()))

    def _add_rests(self, draft: _Draft, sums: Mapping[str, Sequence[PlaceSum]]) -> None:
        """Where parts do not add up to their total, a few people whose group is not known: they are never in print.

        A rest that may be known is taken as known.
        """
        left: dict[Place, dict[str, float]] = defaultdict(dict)
        for name, own in sums.items():
            values = self.counts.values[name]
            for total, parts in own:
                left[_rest(total, parts)][name] = values[total] - sum(values[part] for part in parts)
        for rest, of in left.items():
            few = {name for name, value in of.items() if 0 < round(value) < self.threshold and is_of_people(name)}
            for name, value in of.items() if few else ():
                column = draft.add(value, (name, rest))
                draft.needs += [Need(column, *small(round(value), self.threshold))] if name in few else []

    def _shares(self, draft: _Draft, names: set[str]) -> Iterator[Sum]:
        """A base is those who count and those who do not."""
        for base, *parts in sorted({found for one in self.counts.users.values() if (found := splits(one))}):
            yield from (row for _, row in self._rows(draft, names & {base, *parts}, base, parts))

    def _parts(self, draft: _Draft, names: set[str]) -> Iterator[Sum]:
        """A count is part of another; what it leaves over nobody asks for."""
        for whole, parts, is_whole in self.counts.parts_of_wholes():
            for place, row in self._rows(draft, names & {*parts}, whole, parts):
                values = [self.counts.values[name].get(place, 0) for name in (whole, *parts)]
                rest = values[0] - sum(values[1:])
                if rest >= 0 and place[0] != REST:
                    yield row if is_whole and not rest else (*row, (draft.add(rest), -1.0))

    def _rows(self, draft: _Draft, own: set[str], whole: str, parts: Sequence[str]) -> Iterator[tuple[Place, Sum]]:
        """The places at which parts hang together with their whole, and the counts there that are not known."""
        for place in sorted({place for name in own for place in (*self.counts.values[name], *draft.rests(name))}):
            signed = [(name, 1.0 if name == whole else -1.0) for name in (whole, *parts)]
            there = [(draft.at[name, place], sign) for name, sign in signed if (name, place) in draft.at]
            known = [name for name, _ in signed if self._is_known(name, place)]
            if len(there) + len(known) == len(signed):
                yield place, tuple(there)

    def _is_known(self, name: str, place: Place) -> bool:
        """True where a common count is taken as known."""
        return name in self.closed and place in self.counts.values[name] and place not in self.closed[name]


def _rest(total: Place, parts: Sequence[Place]) -> Place:
    """Where those are counted whom the parts leave over."""
    return REST, "|".join((*total, parts[0][0]))


def _weight(figure: Figure) -> float:
    return WEIGHT_OF_COUNTS if figure.is_median else WEIGHT_OF_ALL if figure.place == ALL else 1.0


def _user(figure: Figure) -> User:
    return figure.metric_id, figure.item_code
