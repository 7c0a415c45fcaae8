"""Load: prepared chunks become staged Parquet; rules that need the whole file run over it before the commit."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.fields import Dataset
from schemas.findings import RULES, Finding, Severity
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import Period
from schemas.tables import SENT, refused_of
from warehouse.db import tables
from warehouse.db.connection import open_memory
from warehouse.db.files import put_folder, sha256
from warehouse.db.references import reference_tables
from warehouse.staging.dates import dates_outside
from warehouse.staging.keys import (
    RULES_FOLDER,
    SURVEY_CHECK,
    Broken,
    broken_keys,
    incomplete,
    keep_refused,
    numbers_of,
    open_refused,
    rows_of,
    sql_of,
    suspected,
    two_people,
)
from warehouse.staging.rewrite import remove_rows

READ = ("codelist", "support_measure")  # the reference tables that rules read
CODES_THAT_REMOVE_ROWS = ("W002", *(code for code, rule in RULES.items() if rule.severity is Severity.REJECT_ROW))
MEMORY_LIMIT = "100MB"  # a long file takes no more memory than a short one: the rest goes to disk beside the folder
# Hashes of response ids, pseudonyms of employee numbers with other zeros, what refused rows belong to: read by rules
# of the whole file, then deleted
EMPLOYEE_CHECK = "employee_check"
CHECK_TABLES = (SURVEY_CHECK, EMPLOYEE_CHECK, *map(refused_of, SENT))


class Staging:
    """One submission's staged folder, written under a temporary name until `settle`."""

    def __init__(self, staged: Path, submission_id: str) -> None:
        # Another run's worker may not have ended yet: it writes elsewhere.
        self.folder = staged / f".{submission_id}-{os.getpid()}"
        self._final = staged / submission_id
        self._writers: dict[str, pq.ParquetWriter] = {}

    def begin(self) -> None:
        """Make the folder, empty."""
        self.discard()
        self.folder.mkdir(parents=True)

    def discard(self) -> None:
        """Remove the folder, where it is not settled."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, chunk: Mapping[str, pa.Table]) -> None:
        """Append one chunk to the Parquet file of each table."""
        for name, table in chunk.items():
            if name not in self._writers:
                # Only texts repeat enough for a dictionary; nobody asks for a column's least and greatest value
                texts = [column.name for column in table.schema if pa.types.is_dictionary(column.type)]
                self._writers[name] = pq.ParquetWriter(
                    self.folder / f"{name}.parquet", table.schema, use_dictionary=texts, write_statistics=False
                )
            self._writers[name].write_table(table)

    def close(self) -> None:
        """End every Parquet file; after that the rules of the whole file can read them."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}
        pa.default_memory_pool().release_unused()  # the rules come next, and need it

    def settle(self) -> dict[str, str]:
        """Make the folder durable and give it its name; what stood there under that name is replaced.

        Returns the SHA-256 of each file by the name of its table.
        """
        self.close()
        for name in CHECK_TABLES:
            (self.folder / f"{name}.parquet").unlink(missing_ok=True)
        for file in self.folder.iterdir():
            file.chmod(0o600)
        content = {file.stem: sha256(file) for file in self.folder.iterdir()}
        put_folder(self.folder, self._final)
        return content


def open_checks(rules: Rulebook, spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection for `check_file`, with the rule book as `reference.*`. `spill` takes what memory cannot hold."""
    connection = open_memory(spill, MEMORY_LIMIT)
    connection.execute("CREATE SCHEMA staging; CREATE SCHEMA reference")
    for name, table in reference_tables(rules, only=READ).items():
        connection.register("given", table)
        connection.execute(f"CREATE TABLE reference.{name} AS SELECT * FROM given")
        connection.unregister("given")
    return connection


def check_file(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    layout: Layout,
    others: Sequence[Path] = (),
    staff: Sequence[Path] = (),
    when: tuple[Period, date] | None = None,
) -> tuple[tuple[Finding, ...], int]:
    """Findings of the rules that need every row, and how many of the sender's rows they reject.

    The parts are checked after the sheet that they belong to. Rejected rows are taken out of the staged files in
    `folder`. `others` are the staged folders of the same organisation, dataset and period from other sources,
    `staff` the latest staged files of the same organisation that name employees. `when` is the file's period and the
    day on which it came. Key columns are named, never their values.
    """
    findings: list[Finding] = []
    rejected = 0
    with _staged(connection, folder):
        for sheet in (layout, *layout.parts):
            open_refused(connection, sheet.contract, folder)
            for check in (two_people, broken_keys, _broken_rules, incomplete):
                found = list(check(connection, sheet))
                findings += [broken.finding for broken in found]
                refused = rows_of(broken for broken in found if broken.finding.severity is Severity.REJECT_ROW)
                removed = rows_of(broken for broken in found if broken.code in CODES_THAT_REMOVE_ROWS)
                rejected += len(removed)
                keep_refused(connection, sheet.contract, refused)
                _remove_rows(folder, sheet.dataset, removed)
            findings += [broken.finding for broken in dates_outside(connection, sheet, *when)] if when else []
        findings += _warnings(connection, layout.contract, others)
        findings += _other_zeros(connection, layout, [file for file in staff if file.exists()])
    return tuple(findings), rejected


def _broken_rules(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> Iterator[Broken]:
    """What the dataset's own rules find: `rules/<dataset>/<code>.sql` gives row number, field and the details."""
    folder = RULES_FOLDER / sheet.dataset
    for file in sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ():
        yield from _broken_rule(connection, sheet, file)


def _broken_rule(connection: duckdb.DuckDBPyConnection, sheet: Layout, file: Traversable) -> Iterator[Broken]:
    """The rows that one rule finds, together where their column and details are the same."""
    answer = connection.execute(file.read_text(encoding="utf-8"))
    names = [name for name, *_ in answer.description or ()][2:]
    rows: dict[tuple[str, ...], list[int]] = {}
    for number, field, *details in iter(answer.fetchone, None):
        numbers = rows.setdefault((sheet.heading(field), *map(_shown, details)), [])
        numbers += [] if number is None else [number]
    for (column, *details), numbers in sorted(rows.items(), key=lambda found: (min(found[1], default=0), found[0])):
        code = file.name.removesuffix(".sql")
        yield Broken(code, np.array(sorted(numbers), np.int64), column, dict(zip(names, details, strict=True)))


def _shown(detail: object) -> str:
    return f"{detail:,.12g}" if isinstance(detail, float) else f"{detail:,}" if isinstance(detail, int) else str(detail)


def _remove_rows(folder: Path, dataset: str, rows: np.ndarray) -> None:
    if not len(rows):
        return
    if dataset == "survey":  # the answers first: they find their rows through the responses
        file, theirs = folder / "survey_response.parquet", pc.field("row_number").isin(rows)
        removed = np.sort(pq.read_table(file, columns=["respondent_number"], filters=theirs)["respondent_number"])
        remove_rows(folder / "survey_answer.parquet", "respondent_number", removed)
        dataset = "survey_response"
    remove_rows(folder / f"{dataset}.parquet", "row_number", rows)


def _warnings(connection: duckdb.DuckDBPyConnection, dataset: Dataset, others: Sequence[Path]) -> Iterator[Finding]:
    """What is worth a look: two people behind one number, people in two sources."""
    staged = dataset.staged()
    if not {"registration_key", "employee_key"} <= set(staged.names):
        return
    if len(rows := suspected(connection, "two_people", staged=staged.name)):
        yield Broken("W011", numbers_of(rows), "", {}).finding
    if elsewhere := tables.literals(other / f"{dataset.name}.parquet" for other in others):
        ((people,),) = connection.execute(sql_of("two_sources", staged=staged.name, others=elsewhere)).fetchall()
        if people:
            yield Finding("W003", details={"people": f"{people:,}"})


def _other_zeros(connection: duckdb.DuckDBPyConnection, layout: Layout, staff: Sequence[Path]) -> Iterator[Finding]:
    """W026 where employee numbers of the file stand in others with more or fewer zeros."""
    if staff and "employee_number" in layout.contract.names:
        query = sql_of("other_zeros", staged=f"staging.{EMPLOYEE_CHECK}", others=tables.literals(staff))
        ((people,),) = connection.execute(query).fetchall()
        if people:
            yield Finding("W026", layout.heading("employee_number"), details={"people": f"{people:,}"})


@contextmanager
def _staged(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[None]:
    """The staged files as `staging.*`."""
    files = sorted(folder.glob("*.parquet"))
    for file in files:
        connection.execute(f"CREATE VIEW staging.{file.stem} AS SELECT * FROM {tables.parquet([file])}")
    try:
        yield
    finally:
        for file in files:
            connection.execute(f"DROP VIEW staging.{file.stem}")
