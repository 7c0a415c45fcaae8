"""The build: staged files become core, figures and marts. One SQL file is one table; its path is its name.

The order comes from each file's own table references. A table partitioned by submission keeps the rows of the
submissions that it has and whose rules have not changed; all others are made whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.fields import Contract, Field
from schemas.metrics import Metric
from schemas.tables.audit import SUBMISSION, SUBMISSION_STATE
from schemas.tables.core import CORE
from schemas.tables.disclosure import FIGURE_RISK, STEPS
from schemas.tables.figures import METRIC_UNIT_CATEGORY
from schemas.tables.marts import MARTS, METRIC_VALUE
from schemas.tables.reference import REFERENCE
from schemas.tables.sent import PARTS, STAGED
from warehouse.db import queries, tables
from warehouse.disclosure.control import protect
from warehouse.ledger.history import ReleaseHistory, load_history

METRIC_UNIT = "core.metric_unit"
_SCHEMAS = ("staging", "core", "marts", "reference", "audit")
_BUILT = {**CORE, **STEPS, **MARTS}
_PARTITION = Contract(
    name="audit.partition",
    title="Submissions whose rows a partitioned table holds, and the version of what made them",
    grain="table x submission",
    keys=("table_name", "submission_id"),
    fields=tuple(Field(name, "text", "", required=True) for name in ("table_name", "submission_id", "version")),
)
_SENT_BY = ("organisation_code", "source", "period_start", "period_end")
# They differ from one load of the same data to the next, so they are no content.
_RUN_COLUMNS = frozenset({"submission_id", "response_key", "run_id", "release_id", "kept_from_release_id"})


@dataclass(frozen=True)
class StagedSubmission:
    """A submission whose staged rows count; `organisation_code` is the sender."""

    submission_id: str
    organisation_code: str
    dataset: str
    source: str
    period_start: date
    period_end: date
    accepted_at: datetime


def build(
    connection: duckdb.DuckDBPyConnection,
    staged: Path,
    submissions: Sequence[StagedSubmission],
    references: Mapping[str, pa.Table],
    metrics: Sequence[Metric],
    states: pa.Table | None = None,
    history: ReleaseHistory | None = None,
) -> None:
    """Bring reference, staging, core, figures and marts up to date with exactly these submissions and rules.

    `staged` holds `<submission id>/<table>.parquet`, `states` the rows of audit.submission_state, `history`
    the releases so far. Raises FileNotFoundError naming a submission whose staged file is missing, ValueError for a
    SQL file whose tables cannot be put in order.
    """
    _load_given(connection, references, states)
    _load_submissions(connection, submissions)
    for name, contract in STAGED.items():
        _create_staging_view(connection, staged, name, contract, submissions)
    past = history or ReleaseHistory()
    load_history(connection, past)
    selects = queries.selects() | {METRIC_UNIT: queries.metric_units(connection, metrics)}
    inputs = {name: queries.tables_read(connection, select) for name, select in selects.items()}
    inputs[METRIC_VALUE.name] |= {FIGURE_RISK.name}  # disclosure control reads it
    versions: dict[str, str] = {}
    for name in queries.in_order(inputs):
        if name in (METRIC_UNIT, METRIC_UNIT_CATEGORY.name):
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {selects[name]}")
        elif name == METRIC_VALUE.name:
            protect(connection, past.excepted)
        elif _BUILT[name].partition:
            versions[name] = _version(connection, selects[name], inputs[name], versions)
            _update(connection, _BUILT[name], selects[name], versions[name])
        else:
            tables.replace(connection, _BUILT[name], selects[name])


def _load_given(
    connection: duckdb.DuckDBPyConnection, references: Mapping[str, pa.Table], states: pa.Table | None
) -> None:
    for schema in _SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    if not connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name || '.' || table_name = ?", [_PARTITION.name]
    ).fetchone():
        tables.create(connection, _PARTITION)
    for name, rows in references.items():
        tables.load(connection, REFERENCE[f"reference.{name}"], rows)
    tables.load(connection, SUBMISSION_STATE, states or SUBMISSION_STATE.arrow_schema().empty_table())


def _load_submissions(connection: duckdb.DuckDBPyConnection, submissions: Sequence[StagedSubmission]) -> None:
    tables.create(connection, SUBMISSION)
    rows = [
        (
            *astuple(s)[:-1],
            s.accepted_at.astimezone(UTC).replace(tzinfo=None) if s.accepted_at.tzinfo else s.accepted_at,
        )
        for s in submissions
    ]
    if rows:
        connection.executemany(f"INSERT INTO {SUBMISSION.name} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _create_staging_view(
    connection: duckdb.DuckDBPyConnection,
    staged: Path,
    table: str,
    contract: Contract,
    submissions: Sequence[StagedSubmission],
) -> None:
    """`staging.<table>`: the staged rows of these submissions, and who sent them, for which source and period."""
    dataset = PARTS[table].part_of if table in PARTS else "survey" if table.startswith("survey_") else table
    files = [staged / s.submission_id / f"{table}.parquet" for s in submissions if s.dataset == dataset]
    for file in files:
        if not file.is_file():
            raise FileNotFoundError(f"submission {file.parent.name} has no staged {table}: ingest its file again")
    own = [field for field in contract.fields if field.name != "submission_id"]
    sent_by = [name for name in _SENT_BY if name not in contract.names]
    columns = ", ".join(
        ("submission_id", *(f"staged.{field.name}" for field in own), *(f"submission.{name}" for name in sent_by))
    )
    rows = tables.parquet(files) if files else tables.nothing(contract)
    connection.execute(
        f"CREATE OR REPLACE VIEW staging.{table} AS SELECT {columns} FROM {rows} AS staged"
        f" INNER JOIN {SUBMISSION.name} AS submission USING (submission_id)"
    )


def _version(
    connection: duckdb.DuckDBPyConnection, select: str, inputs: frozenset[str], versions: Mapping[str, str]
) -> str:
    """What a partitioned table's rows depend on besides the staged rows: its SQL, and the tables that it joins."""
    parts = [select]
    for name in sorted(inputs):
        if name in versions:
            parts.append(versions[name])
        elif not name.startswith("staging."):
            rows = connection.execute(f"SELECT count(*), sum(hash(row_of)) FROM {name} AS row_of").fetchone()
            parts.append(f"{name} {rows}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _update(connection: duckdb.DuckDBPyConnection, contract: Contract, select: str, version: str) -> None:
    """Replace the partitions of submissions that are new or gone; all of them where the version is another."""
    wanted = {name for (name,) in connection.execute(f"SELECT submission_id FROM {SUBMISSION.name}").fetchall()}
    known = f"SELECT submission_id FROM {_PARTITION.name} WHERE table_name = ? AND version = ?"
    had = {name for (name,) in connection.execute(known, [contract.name, version]).fetchall()}
    connection.begin()
    try:
        if not had:
            tables.create(connection, contract)
        if had - wanted:
            connection.execute(f"DELETE FROM {contract.name} WHERE submission_id IN {_listed(had - wanted)}")
        if wanted - had:
            new = f"SELECT * FROM (\n{select}\n) AS made WHERE submission_id IN {_listed(wanted - had)}"
            tables.insert(connection, contract, new)
        connection.execute(f"DELETE FROM {_PARTITION.name} WHERE table_name = ?", [contract.name])
        connection.execute(
            f"INSERT INTO {_PARTITION.name} SELECT ?, submission_id, ? FROM {SUBMISSION.name}", [contract.name, version]
        )
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _listed(names: set[str]) -> str:
    return "(" + ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names)) + ")"


def content_hash(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> str:
    """SHA-256 of what the tables say, whatever order their rows lie in.

    Numbers count to 9 significant digits; columns that differ from load to load (`_at`, ids of submissions, runs
    and releases) do not count.
    """
    digest = hashlib.sha256()
    for table in sorted(tables):
        digest.update(f"{table}\n".encode())
        rows = connection.execute(f"SELECT {_canonical_row(connection, table)} AS line FROM {table} ORDER BY line")
        while lines := rows.fetchmany(10_000):
            digest.update("".join(f"{line}\n" for (line,) in lines).encode())
    return digest.hexdigest()


def _canonical_row(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return " || ', ' || ".join(
        f"'{name}=' || coalesce('\"' || {_canonical(name, kind)} || '\"', 'NULL')"  # quoted: 'NULL' is no NULL
        for name, kind, *_ in described
        if name not in _RUN_COLUMNS and not name.endswith("_at")
    )


def _canonical(name: str, kind: str) -> str:
    """The column as text; adding 0 turns -0 into 0."""
    return f"format('{{:.8e}}', {name} + 0e0)" if kind == "DOUBLE" else f"CAST({name} AS VARCHAR)"
