"""The build: staged files become core, figures and marts. One SQL file is one table; its path is its name.

The order comes from each file's own table references. What has not changed is not built again: neither a table, nor
the part of a table that is told of one organisation, or of one metric of it. All of a build is one transaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.metrics import OF_PERSONS, Metric, counted_together
from schemas.tables import DECIDED, STAGED, TABLES
from warehouse.build.inputs import Given, Staged, StagedSubmission, given_rows, release_rows
from warehouse.build.parts import WHOLE, Part, Parts, PartTables, parts_of, reached
from warehouse.build.versions import OWN, Versions, code_version, digest
from warehouse.db import queries, tables
from warehouse.disclosure import past
from warehouse.disclosure.control import READS, protect
from warehouse.ledger.history import ReleaseHistory
from warehouse.ledger.store import Submission

_STAGED = frozenset(contract.name for contract in STAGED.values())
_VALUES, _HISTORY, _RATES = "marts.metric_value", "core.metric_history", "core.figure_response_rate"
_ENDS, _PERSONS = "reference.source_end", "core.person_group"
_UNIT, _CATEGORY = _VIEWS = (queries.METRIC_UNIT, "core.metric_unit_category")
_NO_RELEASES = ReleaseHistory()
SUBMISSIONS_AT_ONCE = 750  # of whole organisations: what DuckDB counts distinct people with does not go to disk


def build(
    connection: duckdb.DuckDBPyConnection,
    staged: Path,
    submissions: Sequence[StagedSubmission],
    references: Mapping[str, pa.Table],
    metrics: Sequence[Metric],
    landed: Sequence[Submission] = (),
    history: ReleaseHistory = _NO_RELEASES,
) -> tuple[str, ...]:
    """Bring reference, staging, core, figures and marts up to date with exactly these submissions and rules.

    `staged` holds `<submission id>/<table>.parquet`. `landed` are all submissions of the ledger, `history` is the
    releases so far. Returns the names of the tables and views that were not up to date, in the order of the build.
    Raises FileNotFoundError naming a submission whose staged file is missing, ValueError for a SQL file whose tables
    cannot be put in order.
    """
    given = Given(given_rows(references, landed, submissions, history), Staged(staged, submissions), history)
    work = _Build(connection, given, metrics)
    order = queries.in_order(work.reads)
    work.attach(order)
    with tables.transaction(connection):
        work.load()
        for name in order:
            work.bring(name)
        work.versions.save()
    work.parts.close()
    return tuple(work.changes)


def update_history(connection: duckdb.DuckDBPyConnection, history: ReleaseHistory) -> None:
    """Bring the releases so far, and core.metric_history, up to date in a database that was built before."""
    work = _Build(connection, Given(release_rows(history), Staged(Path(), (), sheets=set()), history))
    with tables.transaction(connection):
        work.load()
        work.bring(_HISTORY)
        work.versions.save()
    work.parts.close()


class _Build:
    """One build: `changes` names what was not up to date, and the parts of it that say something else now."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, given: Given, metrics: Sequence[Metric] = ()) -> None:
        for schema in ("staging", "core", "marts", "reference", "audit"):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self.connection, self.given, self.metrics = connection, given, metrics
        self.versions, self.parts = Versions(connection), PartTables(connection)
        self.is_other_code = bool(self.versions.differing("", {OWN: code_version()}))
        self.changes: dict[str, Parts] = {}
        for name, made_from in given.made_from.items():
            if differing := self.versions.differing(name, made_from):
                self.changes[name] = parts_of(TABLES[name], differing)
        # First: one that names a file that has gone cannot be asked
        for name in self.changes.keys() & given.files.keys():
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {given.release_view(name)}")
        self._read_sql()
        self.touched: Sequence[str] = ()  # the metrics that the changes may reach
        self.has_units = False
        staged = (self.changes.get(name, frozenset()) for name in _STAGED)
        self.senders = frozenset(sender for parts in staged for part in parts for sender in part)

    def _read_sql(self) -> None:
        self.selects = queries.selects()
        self.units = {one.metric_id: queries.select_of(f"metrics.{one.metric_id}") for one in self.metrics}
        self.unit_reads = {metric: queries.tables_read(select) for metric, select in self.units.items()}
        self.reads = {name: queries.tables_read(select) for name, select in self.selects.items()}
        self.reads[_UNIT] = frozenset[str]().union(*self.unit_reads.values())
        self.reads[_VALUES] = frozenset(  # what earlier releases change is asked of disclosure control
            name for name in self.reads[_VALUES] | READS if name not in DECIDED and not name.startswith("audit.")
        )

    def attach(self, order: Sequence[str]) -> None:
        """Make the catalog of wanted parts, of all that the changes may reach."""
        near = self.changes.keys() - {"audit.submission", *self.given.files}
        for name in order:
            if self.reads[name] & near:
                near.add(name)
        rated = {m.metric_id for m in self.metrics if _RATES in near and "survey" in m.datasets}
        if _PERSONS in near:
            rated |= {m.metric_id for m in self.metrics if m.broken_down_by & OF_PERSONS}
        if _ENDS in near:  # whether a dataset is whole is not read by its units
            rated = {*self.unit_reads}
        self.touched = [metric for metric, read in self.unit_reads.items() if metric in rated or read & near]
        if self.changes and not self.is_other_code:
            read = frozenset[str]().union(READS, DECIDED, *(self.reads.get(name, ()) for name in near))
            parted = [name for name in sorted(read) if TABLES[name].partition and name not in _VIEWS]
            views = {name: self.given.staged.select(name, self.senders) for name in parted if name in _STAGED}
            views[_UNIT] = queries.metric_units(self.connection, self.touched)
            views[_CATEGORY] = "SELECT * FROM temp.units"
            self.connection.execute(f"CREATE TEMP TABLE units AS SELECT * FROM {tables.nothing(TABLES[_CATEGORY])}")
            self.parts.attach([TABLES[name] for name in parted if name not in views], views)

    def load(self) -> None:
        """Replace the given tables that changed."""
        for name in self.changes.keys() - self.given.files.keys():
            if name in self.given.rows:
                tables.load(self.connection, TABLES[name], self.given.rows[name])
            else:  # staged files are shown where a SELECT reads them all
                self.connection.execute(f"DROP VIEW IF EXISTS {name}")

    def bring(self, name: str) -> None:
        """Bring one table or view up to date with its SELECT, its contract and what it reads."""
        own = digest(self.selects.get(name, self.units), TABLES[name])
        differing = self.versions.differing(name, {OWN: own, **(self.given.past if name == _VALUES else {})})
        is_new = self.is_other_code or OWN in differing
        parts = WHOLE if is_new else self._reached(name) | self._weighed_again(differing)
        if name == _VALUES and () not in parts:
            parts = self._counted_together(parts)
        if parts:
            parts = WHOLE if () in parts else parts
            if () not in parts and _CATEGORY in self.reads[name]:
                self._count_units()
            with self.parts.kept_to(TABLES[name], parts):
                self.changes[name] = self._make(name, parts, is_new)

    def _count_units(self) -> None:
        """Make the units of all that may have changed once for all figures: their union is long to plan."""
        if not self.has_units:
            with self.parts.kept_to(TABLES[_CATEGORY], frozenset(product(self.touched, self.senders))):
                self.connection.execute(f"INSERT INTO temp.units {self.selects[_CATEGORY]}")
        self.has_units = True

    def _make(self, name: str, parts: Parts, is_new: bool) -> Parts:
        """Make parts of a table again, or all of a new one; returns those that say something else now."""
        if () in parts:
            for staged in sorted(self.reads[name] & _STAGED):
                self.connection.execute(f"CREATE OR REPLACE VIEW {staged} AS {self.given.staged.select(staged)}")
        if name in _VIEWS:
            if is_new:
                select = self.selects.get(name) or queries.metric_units(self.connection, self.units)
                self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
            return parts
        write = partial(tables.replace, self.connection) if is_new else self.parts.replace
        if name == _VALUES:
            found = protect(self.connection, self.given.history.excepted, write)
        else:
            found = write(TABLES[name], *self._selects(name, parts))
        return WHOLE if is_new else found

    def _selects(self, name: str, parts: Parts) -> Iterator[str]:
        """The SELECTs that make a table: its own, or of one that counts units, one for so many organisations each."""
        firsts, held, sent = list[str](), 0, self.given.staged.sent
        if _CATEGORY in self.reads[name]:
            for sender in sorted(sent if () in parts else sent.keys() & self.senders):
                held += sent[sender]
                if held > SUBMISSIONS_AT_ONCE:
                    firsts.append(tables.literal(sender))
                    held = sent[sender]
        starts = ("TRUE", *(f"organisation_code >= {first}" for first in firsts))
        ends = (*(f"organisation_code < {first}" for first in firsts), "TRUE")
        for start, end in zip(starts, ends, strict=True):
            yield f"SELECT * FROM (\n{self.selects[name]}\n) WHERE {start} AND {end}" if firsts else self.selects[name]

    def _reached(self, name: str) -> Parts:
        """The parts of a table that read what has changed."""
        found: set[Part] = set()
        by_metric = [([metric], read) for metric, read in self.unit_reads.items()]
        for metrics, read in by_metric if name == _UNIT else [(self.touched, self.reads[name])]:
            for table in read & self.changes.keys():
                found |= reached(self.changes[table], TABLES[table].partition, TABLES[name].partition, metrics)
        # Of senders whose files have not changed, the catalog has neither staged rows nor units.
        is_bound = self.reads[name] & {*_STAGED, _CATEGORY}
        is_beyond = is_bound and not {part[-1] for part in found if part} <= self.senders
        return WHOLE if () in found or is_beyond else frozenset(found)

    def _counted_together(self, parts: Parts) -> Parts:
        """The parts, and those of the metrics that are decided on with them."""
        together = counted_together(self.metrics)
        wanted = {(together[metric], organisation) for metric, organisation in parts if metric in together}
        return parts | {(metric, one) for metric, of in together.items() for first, one in wanted if first == of}

    def _weighed_again(self, differing: Set[str]) -> Parts:
        """The metrics and organisations that other releases, or an approver's exceptions, may decide otherwise."""
        told: dict[str, set[str]] = defaultdict(set)
        for part in differing:
            kind, _, which = part.partition(" ")
            told[kind].add(which)
        excepted = frozenset(tuple(which.split("|")[:2]) for which in told.pop("excepted", ()))
        if any(self.versions.knows(_VALUES, f"{kind} {one}") for kind in ("released", "stated") for one in told[kind]):
            return WHOLE
        if not differing - {part for part in differing if part.startswith("excepted ")}:
            return excepted
        return excepted | past.series_of(self.connection, told["released"] | told["stated"])
