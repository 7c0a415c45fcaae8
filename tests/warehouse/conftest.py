"""Staged tables as small texts: rows in, a build, text tables out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.fields import Contract
from schemas.metrics import Metric
from schemas.rulebook import Organisation, Rulebook, load_rulebook
from schemas.tables.core import CORE
from schemas.tables.disclosure import FIGURE_RISK, STEPS
from schemas.tables.figures import METRIC_FIGURE, METRIC_UNIT_FIELDS
from schemas.tables.marts import MARTS, METRIC_DEFINITION
from schemas.tables.reference import REFERENCE
from schemas.tables.sent import PARTS, STAGED
from warehouse.build.build import METRIC_UNIT, build
from warehouse.build.inputs import StagedSubmission
from warehouse.db import queries, tables
from warehouse.db.connection import open_work
from warehouse.db.references import reference_tables
from warehouse.disclosure.control import protect
from warehouse.ledger.history import ReleaseHistory

RULES = load_rulebook()
USUAL_UNIT = {
    "item_code": "",
    "organisation_code": "ZZ1",
    "period_start": "2026-09-01",
    "period_end": "2026-09-30",
    "denominator": "1",
}
ORGANISATIONS = {
    code: Organisation(code, f"Fictional {code}", "trust", nation, True)
    for code, nation in (("ZZ1", "england"), ("ZZ2", "wales"))
}


def rules_with(**changes: object) -> Rulebook:
    """The rule book with the fictional organisations, and other changes."""
    return Rulebook(**{**vars(RULES), "organisations": ORGANISATIONS, **changes})  # type: ignore[arg-type]


def parse(text: str) -> list[dict[str, str | None]]:
    """Rows of a text table: headings first, cells parted by spaces, `-` for NULL."""
    headings, *lines = [line.split() for line in text.strip().splitlines()]
    rows = [dict(zip(headings, line, strict=True)) for line in lines]
    return [{name: None if cell == "-" else cell for name, cell in row.items()} for row in rows]


def shown(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query's rows as a text table, sorted; numbers to 9 significant digits."""
    rows = [" ".join(_text(cell) for cell in row) for row in connection.execute(query).fetchall()]
    return "\n".join(sorted(rows))


def lines(text: str) -> str:
    """An expected text table, as `shown` gives it."""
    return "\n".join(sorted(" ".join(line.split()) for line in text.strip().splitlines()))


def _text(cell: object) -> str:
    if cell is None or cell == "":
        return "-" if cell is None else "''"
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


@dataclass
class Month:
    """A home in small: staged folders, the submissions that count, and a work database."""

    folder: Path
    submissions: list[StagedSubmission] = field(default_factory=list)
    rules: Rulebook = field(default_factory=rules_with)
    metrics: Sequence[Metric] = ()
    history: ReleaseHistory | None = None
    replaced: tuple[str, ...] = ()  # what the last build replaced

    def send(
        self, submission_id: str, organisation: str = "ZZ1", month: int = 9, source: str = "one", **sent: str
    ) -> None:
        """Stage text tables as one submission; `survey_response` and `survey_answer` go together."""
        for name, text in sent.items():
            rows = [{"row_number": str(n), **row} for n, row in enumerate(parse(text), 2)]
            self._write(submission_id, STAGED[name], rows)
        first = next(iter(sent))
        for part in PARTS.values():
            if part.part_of == first and part.name not in sent:  # a sheet that is not in the file is staged empty
                self._write(submission_id, STAGED[part.name], [])
        dataset = "survey" if first.startswith("survey") else first
        last = {9: 30, 10: 31}[month]
        period = (date(2026, month, 1), date(2026, month, last))
        accepted = datetime(2026, month, last, 12, tzinfo=UTC)
        self.submissions.append(StagedSubmission(submission_id, organisation, dataset, source, *period, accepted))

    def withdraw(self, submission_id: str) -> None:
        """Take a submission out of those that count, and its staged folder with it."""
        self.submissions = [s for s in self.submissions if s.submission_id != submission_id]
        shutil.rmtree(self.folder / "staged" / submission_id)

    def restage(self, submission_id: str) -> None:
        """Write the submission's own id into its staged files, which were another's."""
        for file in (self.folder / "staged" / submission_id).iterdir():
            table = pq.read_table(file)
            column = pa.array([submission_id] * len(table), pa.string())
            pq.write_table(table.set_column(table.column_names.index("submission_id"), "submission_id", column), file)

    def _write(self, submission_id: str, contract: Contract, rows: list[dict[str, str | None]]) -> None:
        folder = self.folder / "staged" / submission_id
        folder.mkdir(parents=True, exist_ok=True)
        text = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in contract.names}
        text["submission_id"] = pa.array([submission_id] * len(rows), pa.string())
        columns = [text[f.name].cast(f.arrow_type()) for f in contract.fields]
        pq.write_table(pa.Table.from_arrays(columns, list(contract.names)), folder / f"{contract.name[8:]}.parquet")

    def build(self, name: str = "work.duckdb") -> duckdb.DuckDBPyConnection:
        """An open work database, brought up to date; another name is another database."""
        connection = open_work(self.folder / name)
        references = reference_tables(self.rules, self.metrics)
        self.replaced = build(
            connection, self.folder / "staged", self.submissions, references, self.metrics, history=self.history
        )
        return connection


def figures_of(connection: duckdb.DuckDBPyConnection, units: str, metrics: Sequence[Metric]) -> None:
    """Make figures and marts again from a text table of counted units, in a database that was built before."""
    for name in ("metric", "metric_breakdown"):
        connection.register("declared", reference_tables(RULES, metrics)[name])
        tables.replace(connection, REFERENCE[f"reference.{name}"], "SELECT * FROM declared")
    contract = Contract(name="staging.unit", title="", grain="", keys=("metric_id",), fields=METRIC_UNIT_FIELDS)
    rows = [{**USUAL_UNIT, **row} for row in parse(units)]
    written = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in contract.names}
    connection.register("written", pa.table(written))
    tables.replace(connection, contract, "SELECT * FROM written")
    connection.execute(f"CREATE OR REPLACE VIEW {METRIC_UNIT} AS SELECT * FROM staging.unit")
    steps = [name for name in STEPS if name != FIGURE_RISK.name]
    for name in (*steps, METRIC_FIGURE.name, METRIC_DEFINITION.name, FIGURE_RISK.name):
        tables.replace(connection, {**STEPS, **CORE, **MARTS}[name], queries.select_of(name))
    protect(connection)


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return Month(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of nothing at all, one for a module; `figures_of` makes its figures anew each time."""
    with Month(tmp_path_factory.mktemp("built")).build() as connection:
        yield connection
