"""Disclosure control: figures become releasable ones, or are hidden whole.

Three attacks are met: a figure of few people (sql/core/figure_risk.sql), one that could be worked out from others by
sums (sums, suppression), and one that another release or an overlapping period would give away (differences).
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.tables import TABLES
from warehouse.db import queries, tables
from warehouse.disclosure.differences import FigureKey, Statement, figures_that_differ_by_few, unchanged_figures
from warehouse.disclosure.past import Earlier, Family, Items, Period, SeriesRows, find_open, read_earlier, read_series
from warehouse.disclosure.sums import Figure, block_of, sums_of
from warehouse.disclosure.suppression import suppress

Excepted: TypeAlias = tuple[str, str, date]  # metric, organisation, last day of the period
Write: TypeAlias = Callable[[Contract, str], Any]  # puts the rows of a SELECT into a contract's table
# What `protect` reads, beside the tables of marts.metric_value's SELECT: it is called again where one has changed.
READS = frozenset(
    {
        "audit.release",
        "audit.released_figure",
        "audit.stated_contribution",
        "core.figure_contribution",
        "core.figure_risk",
        "reference.staff_group_wide",
    }
)
NOT_AVAILABLE = "not_available"
AT_ONCE = 64  # metrics and organisations: more would fill the memory
HELD = "window"  # the rule of what is held back for an earlier statement, or that of an overlapping period
ROUNDS = 5  # of hiding what an overlapping period would give away, before the whole family is hidden


@dataclass
class Decided:
    """What becomes of a family that is stated anew: the rule that hides each figure, '' where it may be shown."""

    rules: dict[FigureKey, str] = field(default_factory=dict)
    methods: dict[FigureKey, str] = field(default_factory=dict)

    @property
    def shown(self) -> frozenset[FigureKey]:
        """The figures that may be shown."""
        return frozenset(key for key, rule in self.rules.items() if not rule)


def protect(
    connection: duckdb.DuckDBPyConnection, excepted: Collection[Excepted] = (), write: Write | None = None
) -> Any:
    """Replace marts.metric_value by core.metric_figure as far as it may be shown, and record what was decided.

    Reads core.figure_risk and core.figure_contribution, and of earlier releases audit.stated_contribution and
    audit.released_figure. `excepted` are stated anew however few people changed: an approver said so. Tables are
    replaced whole unless `write` is given; returns what it says of marts.metric_value.
    """
    put = write or partial(tables.replace, connection)
    put(TABLES["core.same_family"], queries.select_of("disclosure.same_family"))
    find_open(connection)
    found: dict[str, list[tuple]] = {"core.figure_decision": [], "core.family_standing": []}
    for metric_id, organisation, period, decided in _decided(connection, frozenset(excepted)):
        if isinstance(decided, str):
            found["core.family_standing"].append((metric_id, organisation, *period, decided))
            continue
        for key, rule in decided.rules.items():
            method = decided.methods.get(key, "")
            found["core.figure_decision"].append((metric_id, key[0], organisation, *period, *key[1:], rule, method))
    for name, rows in found.items():
        contract = TABLES[name]
        dicts = [dict(zip(contract.names, row, strict=True)) for row in rows]
        connection.register("decided", pa.Table.from_pylist(dicts, contract.arrow_schema()))
        known = " UNION ALL SELECT * FROM temp.known_decision" if name == "core.figure_decision" else ""
        put(contract, f"SELECT * FROM decided{known}")
        connection.unregister("decided")
    connection.execute("DROP TABLE temp.known_decision; DROP TABLE temp.open_series")
    return put(TABLES["marts.metric_value"], queries.select_of("marts.metric_value"))


def _decided(
    connection: duckdb.DuckDBPyConnection, excepted: frozenset[Excepted]
) -> Iterator[tuple[str, str, Period, Decided | str]]:
    earlier = read_earlier(connection)
    groups = connection.execute("SELECT staff_group_code, staff_group_wide_code FROM reference.staff_group_wide")
    wide = dict(groups.fetchall())

    def decide(rows: SeriesRows) -> list[tuple[str, str, Period, Decided | str]]:
        decided = Series(rows, wide, earlier, excepted).decide()
        return [(rows.metric_id, rows.organisation_code, *one) for one in decided]

    series = read_series(connection)
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the solver runs beside other Python
        while some := list(islice(series, AT_ONCE)):
            for one in threads.map(decide, some):
                yield from one


@dataclass(frozen=True)
class Series:
    """The families of one metric and organisation, a period each."""

    rows: SeriesRows
    wide: Mapping[str, str]
    earlier: Earlier
    excepted: frozenset[Excepted]

    def decide(self) -> Iterator[tuple[Period, Decided | str]]:
        """What becomes of each open family, or the release that it stays as: the stated ones first, latest first.

        Each is laid beside all that stays in print as it was, and beside those before it.
        """
        families, shown = self.rows.families, self.rows.shown
        every = (*families, *shown)
        in_print = {
            period: Statement(self.rows.contributions["", period], frozenset(figures))
            for period, figures in shown.items()
            if _overlapping(period, every)
        }
        for period in sorted(families, key=lambda p: (not self._is_stated(p), -p[1].toordinal(), p[0])):
            decided = self._decide_one(period, [in_print[other] for other in _overlapping(period, in_print)])
            if _overlapping(period, every):
                in_print[period] = self._statement(period, decided)
            yield period, decided

    def _decide_one(self, period: Period, beside: Sequence[Statement]) -> Decided | str:
        family = self._family(period)
        then = [self._statement(period, release_id) for release_id in self.earlier.stated_in.get(family, ())]
        decided = self._stated_anew(period, then, beside)
        if (*family[:2], period[1]) in self.excepted or not any(self._near(period, decided, one) for one in then):
            return decided
        return self.earlier.displayed.get(family) or _all_hidden(self.rows.families[period], "change")

    def _stated_anew(self, period: Period, then: Sequence[Statement], beside: Sequence[Statement]) -> Decided:
        items, out, kept = self.rows.families[period], set[FigureKey](), set[FigureKey]()
        for other in (*then, *beside):
            hidden, shown = unchanged_figures(self.rows.contributions["", period], other, _threshold(items))
            out |= hidden
            kept |= shown
        for _ in range(ROUNDS):
            decided = _suppressed(items, self.wide, out - kept, kept)
            near = {key for other in beside for key in self._near(period, decided, other)}
            more = near | self._given_away(period, decided, kept)
            if not more:
                return decided
            out |= more
        return _all_hidden(items, HELD)

    def _near(self, period: Period, decided: Decided, then: Statement) -> set[FigureKey]:
        """The figures that differ by few people from the statement, if the family were in print as decided."""
        items = self.rows.families[period]
        return figures_that_differ_by_few(
            self._statement(period, decided), then, _key_sums(items, self.wide), _threshold(items)
        )

    def _given_away(self, period: Period, decided: Decided, kept: Set[FigureKey]) -> set[FigureKey]:
        """What to hide besides, so that no figure held back is the only one of a sum that is not in print."""
        found, shown = set[FigureKey](), decided.shown
        if HELD in decided.rules.values():
            added = self.rows.contributions["", period]
            for total, parts in _key_sums(self.rows.families[period], self.wide):
                hidden, free = {total, *parts} - shown, ({total, *parts} & shown) - kept
                if free and [decided.rules[key] for key in hidden] == [HELD]:
                    found.add(min(free, key=lambda key: (sum(added.get(key, {}).values()), key)))
        return found

    def _statement(self, period: Period, decided: Decided | str) -> Statement:
        """The family as it is in print by what was decided, or as a release stated it."""
        if isinstance(decided, str):
            released = self.rows.released[decided, period]
            return Statement(
                self.rows.contributions[decided, period], frozenset(key for key, shown in released.items() if shown)
            )
        return Statement(self.rows.contributions["", period], decided.shown)

    def _is_stated(self, period: Period) -> bool:
        return self._family(period) in self.earlier.stated_in

    def _family(self, period: Period) -> Family:
        return (self.rows.metric_id, self.rows.organisation_code, *period)


def _suppressed(items: Items, wide: Mapping[str, str], out: Set[FigureKey], kept: Set[FigureKey]) -> Decided:
    """The family stated anew, with the figures of `out` hidden from the start, and those of `kept` in print."""
    decided = Decided()
    for item, figures in items.items():
        there = [figure for figure in figures if figure.reason != NOT_AVAILABLE]
        absent = {figure.place for figure in figures if figure.reason == NOT_AVAILABLE}
        sums = sums_of([figure.place for figure in there], wide, absent)
        gone = {figure.place for figure in there if figure.is_coarsened or (item, *figure.place) in out}
        shown = {figure.place for figure in there if (item, *figure.place) in kept}
        found = suppress(block_of(there, sums, gone, shown)) if there else None
        for cell, figure in enumerate(there):
            key = (item, *figure.place)
            is_hidden = found is not None and cell in found.hidden
            decided.rules[key] = _rule(figure, HELD if key in out else "secondary" if is_hidden else "")
            decided.methods[key] = found.method if found and decided.rules[key] == "secondary" else ""
        decided.rules |= {(item, *place): NOT_AVAILABLE for place in absent}
    return decided


def _rule(figure: Figure, otherwise: str) -> str:
    """Why the figure is not in print by itself, else what is decided of it `otherwise`."""
    return "coarsened" if figure.is_coarsened else figure.reason or otherwise


def _all_hidden(items: Items, rule: str) -> Decided:
    decided = Decided()
    for item, figures in items.items():
        for figure in figures:
            decided.rules[item, *figure.place] = _rule(figure, rule)
    return decided


def _key_sums(items: Items, wide: Mapping[str, str]) -> list[tuple[FigureKey, tuple[FigureKey, ...]]]:
    found = []
    for item, figures in items.items():
        places = [figure.place for figure in figures]
        for total, parts in sums_of(places, wide):
            found.append(((item, *places[total]), tuple((item, *places[part]) for part in parts)))
    return found


def _threshold(items: Items) -> int:
    return max((figure.threshold for figures in items.values() for figure in figures), default=0)


def _overlapping(period: Period, others: Collection[Period]) -> list[Period]:
    return [one for one in others if one != period and one[0] <= period[1] and period[0] <= one[1]]
