"""Disclosure control: figures become releasable ones, or are hidden whole.

Three attacks are met: a figure of few people (sql/core/figure_risk.sql), one that could be worked out from others (the
counts that metrics share and the sums between them: counted, system, suppression), and one that another release or an
overlapping period would give away (differences).
"""

import os
from collections import defaultdict
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
from schemas.metrics import WIDER
from schemas.tables import TABLES
from warehouse.db import queries, tables
from warehouse.disclosure.counted import Names
from warehouse.disclosure.differences import (
    KeySums,
    Statement,
    figures_that_differ_by_few,
    people_changed,
    unchanged_figures,
)
from warehouse.disclosure.layers import in_layers
from warehouse.disclosure.past import (
    IN_PRINT,
    Earlier,
    Family,
    Period,
    SeriesRows,
    find_open,
    read_earlier,
    read_names,
    read_series,
)
from warehouse.disclosure.sums import Figure, FigureKey, Place, sums_of

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
        "reference.instrument_item",
        "reference.item_subtheme",
        "reference.metric",
        "reference.codelist",
    }
)
NOT_AVAILABLE, COARSENED = "not_available", "coarsened"
AT_ONCE = 64  # series: more would fill the memory
CHANGE, WINDOW = "change", "window"  # held back for an earlier release, or for an overlapping period
ROUNDS = 5  # of hiding what another statement would give away, before the whole family is hidden


@dataclass
class Decided:
    """What becomes of a family that is stated anew: the rule that hides each figure, '' where it may be shown."""

    rules: dict[FigureKey, str] = field(default_factory=dict)
    methods: dict[FigureKey, str] = field(default_factory=dict)

    @property
    def shown(self) -> frozenset[FigureKey]:
        """The figures of which the value may be shown."""
        return frozenset(key for key, rule in self.rules.items() if rule in IN_PRINT)


Outcome: TypeAlias = tuple[Period, Decided, str]  # with the release as of which what is not decided on stays, if any


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
    for organisation, (period, decided, release_id), metrics in _decided(connection, frozenset(excepted)):
        for metric_id in metrics if release_id else ():
            found["core.family_standing"].append((metric_id, organisation, *period, release_id))
        for key, rule in decided.rules.items():
            method = decided.methods.get(key, "")
            found["core.figure_decision"].append((*key[:2], organisation, *period, *key[2:], rule, method))
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
) -> Iterator[tuple[str, Outcome, Set[str]]]:
    """The outcomes by organisation, with the metrics that stay as a release had them."""
    earlier, names = read_earlier(connection), read_names(connection)
    wider = dict(_wider(connection))

    def decide(rows: SeriesRows) -> list[tuple[str, Outcome, Set[str]]]:
        outcomes = Series(rows, names, wider, earlier, excepted).decide()
        return [(rows.organisation_code, one, rows.metrics_in(one[2], one[0])) for one in outcomes]

    series = read_series(connection)
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the solver runs beside other Python
        while some := list(islice(series, AT_ONCE)):
            for one in threads.map(decide, some):
                yield from one


def _wider(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Place, Place]]:
    """Each category that is part of a wider one, with that."""
    parts = "SELECT codelist, code, wider_code FROM reference.codelist WHERE wider_code IS NOT NULL"
    for breakdown, code, wider in connection.execute(parts).fetchall():
        if breakdown in WIDER:
            yield (breakdown, code), (WIDER[breakdown], wider)


@dataclass(frozen=True)
class Series:
    """The families of an organisation's metrics that are counted together, a period each."""

    rows: SeriesRows
    names: Names
    wider: Mapping[Place, Place]
    earlier: Earlier
    excepted: frozenset[Excepted]

    def decide(self) -> Iterator[Outcome]:
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
        is_new = {period: self._family(period) not in self.earlier.stated_in for period in families}
        for period in sorted(families, key=lambda p: (is_new[p], -p[1].toordinal(), p[0])):
            decided, release_id = self._decide_one(period, [in_print[one] for one in _overlapping(period, in_print)])
            if _overlapping(period, every):
                in_print[period] = self._released(release_id, period) if release_id else self._now(period, decided)
            yield period, decided, release_id

    def _decide_one(self, period: Period, beside: Sequence[Statement]) -> tuple[Decided, str]:
        """Where few people changed since a release stated it, all of a family stays as it is in print.

        So it does where more people changed, but most of what is in print would have to be hidden to state it anew.
        """
        family, figures = self._family(period), self.rows.families[period]
        then = [self._released(release_id, period) for release_id in self.earlier.stated_in.get(family, ())]
        overlaps = [(WINDOW, one) for one in beside]
        if any((figure.metric_id, family[1], period[1]) in self.excepted for figure in figures):
            return self._stated_anew(period, overlaps, then), ""
        now, release_id = self.rows.contributions["", period], self.earlier.displayed.get(family, "")
        if not any(0 < people_changed(now, one.contributions) < _threshold(figures) for one in then):
            decided = self._stated_anew(period, [*((CHANGE, one) for one in then), *overlaps], then)
            in_print = self._released(release_id, period).shown
            lost = {key for key in in_print if decided.rules.get(key) == CHANGE}
            if 2 * len(lost) <= len(in_print):
                return decided, ""
        stays = self.rows.metrics_in(release_id, period)
        left = [figure for figure in figures if figure.metric_id not in stays]
        return _all_hidden(left, self.wider, CHANGE), release_id

    def _stated_anew(
        self, period: Period, others: Sequence[tuple[str, Statement]], then: Sequence[Statement]
    ) -> Decided:
        """The family as it may be in print beside the others, each with the rule that hides what it holds back."""
        figures, out, kept = self.rows.families[period], dict[FigureKey, str](), set[FigureKey]()
        for rule, other in (*((CHANGE, one) for one in then), *others):
            hidden, shown = unchanged_figures(self.rows.contributions["", period], other, _threshold(figures))
            out |= dict.fromkeys(hidden - out.keys(), rule)
            kept |= shown
        sums = _key_sums(figures, self.wider)
        for _ in range(ROUNDS):
            decided = self._suppressed(figures, out, kept - out.keys())
            now, more = self._now(period, decided), dict[FigureKey, str]()
            for rule, other in others:
                near = figures_that_differ_by_few(now, other, sums, _threshold(figures))
                more |= dict.fromkeys(near - more.keys(), rule)
            more |= self._given_away(now, decided, kept, sums)
            if not more:
                return decided
            out |= more
        return _all_hidden(figures, self.wider, next(iter(out.values()), WINDOW))

    def _given_away(
        self, now: Statement, decided: Decided, kept: Set[FigureKey], sums: KeySums
    ) -> dict[FigureKey, str]:
        """What to hide besides, so that no figure held back is the only one of a sum that is not in print."""
        found = dict[FigureKey, str]()
        if not {CHANGE, WINDOW}.isdisjoint(decided.rules.values()):
            for total, parts in sums:
                hidden, free = {total, *parts} - now.shown, ({total, *parts} & now.shown) - kept
                rules = [decided.rules[key] for key in hidden]
                if free and rules in ([CHANGE], [WINDOW]):
                    added = now.contributions
                    found[min(free, key=lambda key: (sum(added.get(key, {}).values()), key))] = rules[0]
        return found

    def _suppressed(self, figures: Sequence[Figure], out: Mapping[FigureKey, str], kept: Set[FigureKey]) -> Decided:
        """The family stated anew, with the figures of `out` hidden from the start, and those of `kept` in print."""
        coarsened = _coarsened(figures, self.wider)
        crossed = {figure.key[:2] for figure in figures if " x " in figure.breakdown}
        away = {figure.key for figure in figures if figure.breakdown in coarsened}
        there = [
            one for one in figures if one.reason != NOT_AVAILABLE and (one.key not in away or one.key[:2] in crossed)
        ]
        absent = [one for one in figures if one.reason == NOT_AVAILABLE]
        how, countless = in_layers(there, absent, self.names, self.wider, away | out.keys(), kept)
        decided = Decided(methods=how)
        for figure in figures:
            of_others = "counts" if figure.key in countless else "secondary" if figure.key in how else ""
            rule = out.get(figure.key, of_others)
            decided.rules[figure.key] = COARSENED if figure.key in away else figure.reason or rule
        return decided

    def _now(self, period: Period, decided: Decided) -> Statement:
        return Statement(self.rows.contributions["", period], decided.shown)

    def _released(self, release_id: str, period: Period) -> Statement:
        """The family as a release stated it."""
        released = self.rows.released.get((release_id, period), {})
        shown = frozenset(key for key, is_shown in released.items() if is_shown)
        return Statement(self.rows.contributions.get((release_id, period), {}), shown)

    def _family(self, period: Period) -> Family:
        return (self.rows.counted_with, self.rows.organisation_code, *period)


def _coarsened(figures: Sequence[Figure], wider: Mapping[Place, Place]) -> Set[str]:
    """The breakdowns that are not in print: of the last two of the chain the one of which fewer figures are safe.

    A finer one stands beside its wider one; it is out where no figure of it is safe.
    """
    away = set[str]()
    for narrow, wide in WIDER.items():
        parts = [figure for figure in figures if figure.breakdown == narrow]
        above = {(*figure.key[:2], *wider[figure.place]) for figure in parts if figure.place in wider}
        safe = sum(not figure.reason for figure in parts)
        safe_wide = sum(not figure.reason for figure in figures if figure.key in above)
        if wide in WIDER:
            away |= set() if safe else {narrow}
        else:
            away |= {narrow} if safe_wide > safe else {wide}
    return away


def _all_hidden(figures: Sequence[Figure], wider: Mapping[Place, Place], rule: str) -> Decided:
    coarsened = _coarsened(figures, wider)
    return Decided({one.key: COARSENED if one.breakdown in coarsened else one.reason or rule for one in figures})


def _key_sums(figures: Sequence[Figure], wider: Mapping[Place, Place]) -> list[tuple[FigureKey, tuple[FigureKey, ...]]]:
    places: dict[tuple[str, str], set[Place]] = defaultdict(set)
    for figure in figures:
        places[figure.key[:2]].add(figure.place)
    return [
        ((*user, *total), tuple((*user, *part) for part in parts))
        for user, own in places.items()
        for total, parts in sums_of(own, wider)
    ]


def _threshold(figures: Sequence[Figure]) -> int:
    return max((figure.threshold for figure in figures), default=0)


def _overlapping(period: Period, others: Collection[Period]) -> list[Period]:
    return [one for one in others if one != period and one[0] <= period[1] and period[0] <= one[1]]
