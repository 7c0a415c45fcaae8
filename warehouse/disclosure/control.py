"""Disclosure control: figures become releasable ones, or are hidden whole.

Three attacks are met: a figure of few people (sql/core/figure_risk.sql), one that could be worked out from others by
sums (linked, suppression), and one that another release or an overlapping period would give away (differences).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.tables import TABLES
from warehouse.db import queries, tables
from warehouse.disclosure.differences import (
    Contributions,
    FigureKey,
    Statement,
    figures_that_differ_by_few,
    unchanged_figures,
)
from warehouse.disclosure.sums import Figure, block_of, sums_of
from warehouse.disclosure.suppression import suppress

Family: TypeAlias = tuple[str, str, date, date]  # metric, organisation, period: what is stated as a whole
Excepted: TypeAlias = tuple[str, str, date]  # metric, organisation, last day of the period
Period: TypeAlias = tuple[date, date]
Edition: TypeAlias = tuple[str, Period]  # a release, or '' for now, and a period
Items: TypeAlias = Mapping[str, Sequence[Figure]]  # the figures of a family by item
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
ROUNDS = 5  # of hiding what an overlapping period would give away, before the whole family is hidden
_FIGURE_COLUMNS = ", ".join(Figure.__dataclass_fields__)


@dataclass
class Decided:
    """What becomes of a family that is stated anew: the rule that hides each figure, '' where it may be shown."""

    rules: dict[FigureKey, str] = field(default_factory=dict)
    methods: dict[FigureKey, str] = field(default_factory=dict)

    @property
    def shown(self) -> frozenset[FigureKey]:
        """The figures that may be shown."""
        return frozenset(key for key, rule in self.rules.items() if not rule)


@dataclass(frozen=True)
class Earlier:
    """What earlier releases said of all families."""

    stated_in: Mapping[Family, Sequence[str]]  # releases that stated a family otherwise than now, latest first
    displayed: Mapping[Family, str]  # the release that the last one shows it as of
    patterns: Mapping[Family, Mapping[FigureKey, bool]]  # where it is the same now: which figures were shown


def protect(connection: duckdb.DuckDBPyConnection, excepted: Collection[Excepted] = ()) -> None:
    """Replace marts.metric_value by core.metric_figure as far as it may be shown, and record what was decided.

    Reads core.figure_risk and core.figure_contribution, and of earlier releases audit.stated_contribution and
    audit.released_figure. `excepted` are stated anew however few people changed: an approver said so.
    """
    decisions: list[tuple] = []
    standing: list[tuple] = []
    earlier = _earlier(connection)
    groups = connection.execute("SELECT staff_group_code, staff_group_wide_code FROM reference.staff_group_wide")
    wide = dict(groups.fetchall())
    for (metric_id, organisation), families in _series(connection):
        series = Series(connection, metric_id, organisation, families, wide, earlier, frozenset(excepted))
        for period, decided in series.decide():
            if isinstance(decided, str):
                standing.append((metric_id, organisation, *period, decided))
                continue
            for key, rule in decided.rules.items():
                method = decided.methods.get(key, "")
                decisions.append((metric_id, key[0], organisation, *period, *key[1:], rule, method))
    _write(connection, TABLES["core.figure_decision"], decisions)
    _write(connection, TABLES["core.family_standing"], standing)
    tables.replace(connection, TABLES["marts.metric_value"], queries.select_of("marts.metric_value"))


@dataclass(frozen=True)
class Series:
    """The families of one metric and organisation, a period each."""

    connection: duckdb.DuckDBPyConnection
    metric_id: str
    organisation_code: str
    families: Mapping[Period, Items]
    wide: Mapping[str, str]
    earlier: Earlier
    excepted: frozenset[Excepted]

    def decide(self) -> Iterator[tuple[Period, Decided | str]]:
        """What becomes of each family, or the release that it stays as: those in print first, then the latest first."""
        in_print: dict[Period, Statement] = {}
        for period in sorted(self.families, key=lambda p: (not self._is_known(p), -p[1].toordinal(), p[0])):
            beside = [in_print[other] for other in _overlapping(period, in_print)]
            decided = self._decide_one(period, beside)
            if _overlapping(period, self.families):
                in_print[period] = self._statement(period, decided)
            yield period, decided

    def _decide_one(self, period: Period, beside: Sequence[Statement]) -> Decided | str:
        family = self._family(period)
        if family in self.earlier.patterns:
            return _as_before(self.families[period], self.earlier.patterns[family])
        then = [self._statement(period, release_id) for release_id in self.earlier.stated_in.get(family, ())]
        decided = self._stated_anew(period, then, beside)
        if (*family[:2], period[1]) in self.excepted or not any(
            self.candidate_submissions(period, decided, one) for one in then
        ):
            return decided
        return self.earlier.displayed.get(family) or _all_hidden(self.families[period], "change")

    def _stated_anew(self, period: Period, then: Sequence[Statement], beside: Sequence[Statement]) -> Decided:
        items, out, kept = self.families[period], set[FigureKey](), set[FigureKey]()
        for other in (*then, *beside):
            hidden, shown = unchanged_figures(self._past[0]["", period], other, _threshold(items))
            out |= hidden
            kept |= shown
        for _ in range(ROUNDS):
            decided = _suppressed(items, self.wide, out - kept, kept)
            near = {key for other in beside for key in self.candidate_submissions(period, decided, other)}
            if not near:
                return decided
            out |= near
        return _all_hidden(items, "window")

    def candidate_submissions(self, period: Period, decided: Decided, then: Statement) -> set[FigureKey]:
        items = self.families[period]
        return figures_that_differ_by_few(
            self._statement(period, decided), then, _key_sums(items, self.wide), _threshold(items)
        )

    def _statement(self, period: Period, decided: Decided | str) -> Statement:
        """The family as it is in print by what was decided, or as a release stated it."""
        added, shown = self._past
        if isinstance(decided, str):
            return Statement(added[decided, period], frozenset(shown[decided, period]))
        return Statement(added["", period], decided.shown)

    @cached_property
    def _past(self) -> tuple[Mapping[Edition, Mapping[FigureKey, Contributions]], Mapping[Edition, set[FigureKey]]]:
        """What people add to the figures, and which were shown: now (release '') and in each earlier statement."""
        added: dict[Edition, dict[FigureKey, dict[tuple, int]]] = defaultdict(lambda: defaultdict(dict))
        shown: dict[Edition, set[FigureKey]] = defaultdict(set)
        chosen = {"metric_id": self.metric_id, "organisation_code": self.organisation_code}
        for release_id, start, end, item, breakdown, category, people, *what in self._ask("contributions", chosen):
            added[release_id, (start, end)][item, breakdown, category][tuple(what)] = people
        for release_id, start, end, item, breakdown, category in self._ask("shown", chosen):
            shown[release_id, (start, end)].add((item, breakdown, category))
        return added, shown

    def _ask(self, name: str, chosen: Mapping[str, str]) -> list[tuple]:
        return self.connection.execute(queries.select_of(f"disclosure.{name}"), dict(chosen)).fetchall()

    def _is_known(self, period: Period) -> bool:
        family = self._family(period)
        return family in self.earlier.patterns or family in self.earlier.stated_in

    def _family(self, period: Period) -> Family:
        return (self.metric_id, self.organisation_code, *period)


def _as_before(items: Items, pattern: Mapping[FigureKey, bool]) -> Decided:
    """The same figures shown as before: to show others would give away what was hidden."""
    decided = Decided()
    for item, figures in items.items():
        for figure in figures:
            key = (item, *figure.place)
            kept = "" if pattern.get(key) else "as_before"
            decided.rules[key] = figure.reason or kept if key in pattern else "coarsened"
    return decided


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
            decided.rules[key] = _rule(figure, "window" if key in out else "secondary" if is_hidden else "")
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


def _series(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[tuple[str, str], Mapping[Period, Items]]]:
    """The rows of core.figure_risk by metric and organisation, then period, then item."""
    rows = connection.execute(
        f"SELECT metric_id, organisation_code, period_start, period_end, {_FIGURE_COLUMNS} FROM core.figure_risk"
        " ORDER BY metric_id, organisation_code, period_start, period_end, item_code, breakdown, category"
    ).fetchall()
    for series, members in groupby(rows, key=lambda row: (row[0], row[1])):
        families: dict[Period, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
        for _, _, start, end, *columns in members:
            figure = Figure(*columns)
            families[start, end][figure.item_code].append(figure)
        yield series, families


def _earlier(connection: duckdb.DuckDBPyConnection) -> Earlier:
    stated_in: dict[Family, list[str]] = defaultdict(list)
    same: dict[Family, str] = {}
    for metric_id, organisation, start, end, release_id, is_same in _rows(connection, "standing"):
        family = metric_id, organisation, start, end
        if is_same:
            same.setdefault(family, release_id)
        else:
            stated_in[family].append(release_id)
    _write(connection, TABLES["core.same_family"], [(*family, release_id) for family, release_id in same.items()])
    patterns: dict[Family, dict[FigureKey, bool]] = {family: {} for family in same}
    for metric_id, organisation, start, end, *key, is_shown in _rows(connection, "pattern"):
        patterns[metric_id, organisation, start, end][key[0], key[1], key[2]] = is_shown
    displayed = {(one[0], one[1], one[2], one[3]): one[4] for one in _rows(connection, "displayed")}
    return Earlier(stated_in, displayed, patterns)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple]:
    return connection.execute(queries.select_of(f"disclosure.{name}")).fetchall()


def _write(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(contract.names)
    schema = contract.arrow_schema()
    arrays = [pa.array(column, schema.field(name).type) for name, column in zip(contract.names, columns, strict=True)]
    connection.register("decided_rows", pa.Table.from_arrays(arrays, schema=schema))
    tables.replace(connection, contract, "SELECT * FROM decided_rows")
    connection.unregister("decided_rows")
