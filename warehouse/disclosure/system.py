"""Which figures of people who are counted together may be in print: the common counts first, then all others.

A common count (the respondents of a wave) is decided on with everything that is counted out of it: where it is small,
or must hide another that is, nothing of that place is in print. Elsewhere it is taken as known, so that metrics and
items that share no other count can be decided on one by one: what is safe against somebody who knows it is safe.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from schemas.metrics import count_of, wider_of
from warehouse.disclosure import added
from warehouse.disclosure.counted import Counted, Part, User, is_common, is_of_people, splits
from warehouse.disclosure.draft import Draft, Printed, rest_of
from warehouse.disclosure.sums import (
    ALL,
    BASE,
    COMPLEMENT,
    NUMERATOR,
    SUM,
    Figure,
    FigureKey,
    Place,
    PlaceSum,
    crossed,
    small,
    sums_of,
)
from warehouse.disclosure.suppression.block import Sum

# Hiding the total of all staff costs more than hiding a group: it is what most readers look for. A finer group,
# crossed or part of one that is in print as well, costs less. A median may be without its counts: little is lost.
# A mean that sums up many counts, such as a level's share, tells more than one of them: it costs so many times as much.
WEIGHT_OF_ALL, WEIGHT_OF_FINER, WEIGHT_OF_COUNTS, VALUE, TIMES_OF_MEANS = 3.0, 0.5, 0.2, 1.0, 2.5


class System:
    """One family: `hidden` are out of print from the start, `kept` stay in print, counts at `known` places are known.

    `how` says how those were found that are hidden besides, `countless` which of them are medians that may be in print
    without saying how many people they are of.
    """

    def __init__(
        self,
        figures: Sequence[Figure],
        counts: Counted,
        wider: Mapping[Place, Place],
        hidden: Set[FigureKey],
        kept: Set[FigureKey],
        known: Set[Place] = frozenset(),
    ) -> None:
        self.counts, self.wider, self.known = counts, wider, known
        self.hidden = {figure.key for figure in figures if figure.reason} | hidden
        self.kept = kept - self.hidden
        self.threshold = max((figure.threshold for figure in figures), default=0)
        self.closed: dict[str, Set[Place]] = {}
        self.how: dict[FigureKey, str] = {}
        self.countless: set[FigureKey] = set()
        self._splits: list[tuple[str, list[Figure], set[Place]]] = []  # with the places where it is in print
        self._emptied: set[tuple[str, Place]] = set()  # where no median of a common count is in print either
        self._by_user: dict[User, list[Figure]] = defaultdict(list)
        for figure in figures:
            self._by_user[_user(figure)].append(figure)
        self._common = {user: counts.common_to(user) for user in counts.users}
        self._medians = {
            (name, figure.place)
            for figure in figures
            if self._has_value_apart(figure)
            for name in {counts.users[_user(figure)][BASE], *self._common[_user(figure)]}
        }
        for name in counts.commons():
            self._close(name)
        splitting = {name for name in counts.values if (declared := count_of(name)) and declared.splits}
        for names in sorted(counts.linked(), key=splitting.isdisjoint):
            self._decide(names)
            for name in names & splitting:
                self._hide_split(name)
        for equal in counts.equal():
            self._decide(counts.with_parts({name for side in equal for name in side}))

    def _has_value_apart(self, figure: Figure) -> bool:
        return figure.is_median and figure.key not in self.hidden

    def _close(self, name: str) -> None:
        """Decide at which places nothing of what is counted out of a common count may be in print."""
        values, inherited = self._unknown(name), self.closed.get(self.counts.wholes.get(name, ""), set())
        printed: dict[Place, list[Figure]] = {place: [] for place in values}
        for figure in (one for user, common in self._common.items() if name in common for one in self._by_user[user]):
            if figure.key not in self.hidden and figure.place in values:
                printed[figure.place].append(figure)
        draft, figures = self._draft({name}), Printed()
        for place, value in values.items():
            is_kept = any(figure.key in self.kept for figure in printed[place])
            columns, weight = draft.at[name, place], 0.1 + sum(map(_weight, printed[place]))
            figures.add(columns, weight, place in inherited, is_kept)
            figures.add(columns[1:], 0.1 + sum(figure.is_median for figure in printed[place]), False, is_kept)
            if 0 < value < self.threshold:
                draft.need(name, place, *small(value, self.threshold))
        for user, parts in self.counts.users_of({name}).items():
            self._ask(draft, self._by_user[user], parts)
        found = figures.suppress(draft)
        self.closed[name] = {place for n, place in enumerate(values) if 2 * n in found.hidden}
        self._emptied |= {(name, place) for n, place in enumerate(values) if 2 * n + 1 in found.hidden}
        for n, place in enumerate(values):
            if 2 * n in found.hidden:
                self._hide(printed[place], found.method, has_value=2 * n + 1 not in found.hidden)

    def _decide(self, names: set[str]) -> None:
        """Decide on the figures that print these counts."""
        users = self.counts.users_of(names)
        own = [figure for user in users for figure in self._by_user[user]]
        draft, figures = self._draft(names), Printed()
        for figure in own:
            parts = users[_user(figure)]
            columns, is_kept = draft.columns(parts.values(), figure.place), figure.key in self.kept
            is_out = figure.key in self.hidden or figure.key in self.how or not self.counts.is_reckoned(figure)
            has_value = self._has_value_apart(figure) and (not is_out or figure.key in self.countless)
            times = TIMES_OF_MEANS if parts.get(SUM) in self.counts.added else 1.0
            figures.add(columns, _weight(figure) * times, is_out, is_kept)
            figures.add(draft.columns([parts[BASE]], figure.place)[1:] if has_value else (), VALUE, False, is_kept)
            self._ask(draft, [figure], parts)
        added.ask(draft, self.counts, names, self._by_user)
        found = figures.suppress(draft)
        for n, figure in enumerate(own):
            if 2 * n in found.hidden:
                self._hide([figure], found.method, has_value=2 * n + 1 not in found.hidden)

    def _hide_split(self, name: str) -> None:
        """Hide the categories that a count splits others into, but where its own figures are in print."""
        declared = count_of(name)
        split = declared.splits if declared else ""
        own = [figure for user in self.counts.users_of({name}) for figure in self._by_user[user]]
        in_print = {figure.place for figure in own if figure.key not in self.hidden and figure.key not in self.how}
        for figure in (one for of_user in self._by_user.values() for one in of_user):
            group, _, last = figure.breakdown.rpartition(" x ")
            place = (group, figure.category.rpartition(" x ")[0]) if group else ALL
            if last == split and place not in in_print:
                self._hide([figure], "none needed", has_value=False)
        self._splits += [(split, own, in_print)] if own else []

    def _bound_by_splits(self, draft: Draft, names: set[str]) -> Iterator[Sum]:
        """In a category that others are split into are no more of a count than of those who said so."""
        own = [name for name in sorted(names) if is_common(self.counts.wholes.get(name, ""))]
        if not any(" x " in place[0] for name in own for place in self.counts.values[name]):
            return
        for split, figures, in_print in self._splits:
            said, columns = dict[Place, float](), dict[Place, tuple[int, ...]]()
            for figure in figures:
                yes, no = (crossed(figure.place, split, answer) for answer in ("yes", "no"))
                said |= {yes: figure.counts[NUMERATOR], no: figure.counts[COMPLEMENT]}
                is_known = figure.place in in_print
                columns |= {place: () if is_known else draft.add(said[place]) for place in (yes, no)}
                if not is_known:
                    answered = draft.add(figure.people_count)
                    yield draft.signed(answered, (*columns[yes], *columns[no]))
                    yield from self._within(draft, self.counts.users[_user(figure)][BASE], figure.place, answered)
            for total, parts in sums_of(said.keys(), {}):
                left = said[total] - sum(said[part] for part in parts)
                rest = draft.add(left) if left else ()
                yield draft.signed(columns[total], (*(column for part in parts for column in columns[part]), *rest))
            for name in own:
                for place in sorted(said.keys() & self.counts.values[name].keys()):
                    rest = draft.add(said[place] - self.counts.values[name][place])
                    yield draft.signed(columns[place], (*draft.columns([name], place), *rest))

    def _within(self, draft: Draft, name: str, place: Place, columns: tuple[int, ...]) -> Iterator[Sum]:
        """Columns that are no more than the common count that they are part of, where it is known."""
        whole = self.counts.wholes.get(name, "")
        if self._is_known(whole, place):
            left = self.counts.values[whole][place] - sum(draft.values[column] for column in columns)
            yield draft.signed((), (*columns, *draft.add(left)))

    def _ask(self, draft: Draft, figures: Sequence[Figure], parts: Mapping[Part, str]) -> None:
        """Ask for what may not be known of these figures; it is asked of the counts that are decided on."""
        for figure in figures:
            for part, low, high in figure.needs() if figure.is_unsafe else ():
                draft.need(parts[part], figure.place, low, high)

    def _hide(self, figures: Sequence[Figure], method: str, *, has_value: bool) -> None:
        """Take figures out of print, but for the values of medians where those may stay."""
        for figure in figures:
            if not (has_value and figure.is_median):
                self.countless.discard(figure.key)
            elif figure.key not in self.how:
                self.countless.add(figure.key)
            if figure.key not in self.hidden:
                self.how.setdefault(figure.key, method)

    def _draft(self, names: set[str]) -> Draft:
        """These counts, the rests that their parts leave over, and the sums between them.

        With the common counts that they are counted out of, where those are not known.
        """
        draft, commons = Draft(), self._commons_of(names)
        for name in sorted(names):
            for place, value in self._unknown(name).items():
                known = (self.threshold,) if (name, place) in self._medians else ()
                draft.at[name, place] = draft.add(value - sum(known), *known)
        for name in sorted(commons):
            for place in sorted(self.closed[name]):
                least = self.threshold if (name, place) in self._medians - self._emptied else 0
                draft.at[name, place] = draft.add(self.counts.values[name][place] - least)
        sums = {name: self._sums(name) for name in sorted(names | commons)}
        self._add_rests(draft, sums, names)
        for name, own in sums.items():
            for total, parts in own:
                minus = [column for part in (*parts, rest_of(total, parts)) for column in draft.columns([name], part)]
                plus = draft.columns([name], total)
                if plus or minus:
                    draft.sums.append(draft.signed(plus, minus))
        draft.sums += [*self._shares(draft, names | commons), *self._parts(draft, names | commons)]
        draft.sums += [*self._bound_by_splits(draft, names), *added.sums(draft, self.counts, names, self._value)]
        draft.sums += draft.bounds(names)
        return draft

    def _unknown(self, name: str) -> dict[Place, float]:
        return {place: value for place, value in self.counts.values[name].items() if place not in self.known}

    def _commons_of(self, names: set[str]) -> set[str]:
        """The common counts, as far as they are decided on, out of which these are counted."""
        return {one for user in self.counts.users_of(names) for one in self._common[user] if one in self.closed} - names

    def _sums(self, name: str) -> list[PlaceSum]:
        return sums_of(self.counts.values[name].keys(), self.wider, self.counts.absent.get(name, set()))

    def _add_rests(self, draft: Draft, sums: Mapping[str, Sequence[PlaceSum]], asked: set[str]) -> None:
        """Where parts do not add up to their total, a few people whose group is not known: they are never in print.

        A rest that may be known is taken as known.
        """
        left: dict[Place, dict[str, float]] = defaultdict(dict)
        for name, own in sums.items():
            values = self.counts.values[name]
            for total, parts in own:
                left[rest_of(total, parts)][name] = values[total] - sum(values[part] for part in parts)
        for rest, of in left.items():
            few = {name for name, value in of.items() if 0 < round(value) < self.threshold and is_of_people(name)}
            for name, value in of.items() if few else ():
                draft.at[name, rest] = draft.add(value)
                if name in few & asked:
                    draft.need(name, rest, *small(round(value), self.threshold))

    def _shares(self, draft: Draft, names: set[str]) -> Iterator[Sum]:
        """A base is those who count and those who do not."""
        found = {split for one in self.counts.users.values() if (split := splits(one)) and names & {*split}}
        for base, *parts in sorted(found):
            yield from (row for _, row in self._rows(draft, names & {base, *parts}, base, parts))

    def _parts(self, draft: Draft, names: set[str]) -> Iterator[Sum]:
        """A count is part of another; what it leaves over nobody asks for."""
        for whole, parts, is_whole in self.counts.parts_of_wholes():
            for place, row in self._rows(draft, names & {*parts}, whole, parts):
                values = [self._value(draft, name, place) for name in (whole, *parts)]
                rest = round(values[0] - sum(values[1:]), 6)
                if rest >= 0:
                    yield row if is_whole and not rest else (*row, (draft.add(rest)[0], -1.0))

    def _value(self, draft: Draft, name: str, place: Place) -> float:
        """A count at a place or at a rest."""
        of_rest = sum(draft.values[column] for column in draft.columns([name], place))
        return self.counts.values[name].get(place, of_rest)

    def _rows(self, draft: Draft, own: set[str], whole: str, parts: Sequence[str]) -> Iterator[tuple[Place, Sum]]:
        """The places at which parts hang together with their whole, and the counts there that are not known."""
        for place in sorted({place for name, place in draft.at if name in own}):
            signed = [(name, 1.0 if name == whole else -1.0) for name in (whole, *parts)]
            if all((name, place) in draft.at or self._is_known(name, place) for name, _ in signed):
                yield place, tuple((column, sign) for name, sign in signed for column in draft.columns([name], place))

    def _is_known(self, name: str, place: Place) -> bool:
        """True where a common count is taken as known."""
        return name in self.closed and place in self.counts.values[name] and place not in self.closed[name]


def _weight(figure: Figure) -> float:
    if figure.is_median:
        return WEIGHT_OF_COUNTS
    is_finer = " x " in figure.breakdown or len(wider_of(figure.breakdown)) > 1
    return WEIGHT_OF_ALL if figure.place == ALL else WEIGHT_OF_FINER if is_finer else 1.0


def _user(figure: Figure) -> User:
    return figure.metric_id, figure.item_code
