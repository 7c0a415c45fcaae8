"""The build: staged files become core, figures and marts. One SQL file is one table; its path is its name.

The order comes from each file's own table references. What has not changed is not built again: neither a table, nor a
submission's rows in a table that is partitioned by submission.
"""

from collections.abc import Mapping, Sequence, Set
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.metrics import Metric
from schemas.tables import CORE, DECIDED, MARTS, REFERENCE, STEPS
from warehouse.build.inputs import StagedSubmission, load_history, load_states, load_submissions, load_table
from warehouse.build.versions import ALL, Versions, code_version, digest
from warehouse.db import queries, tables
from warehouse.disclosure.control import READS, protect
from warehouse.ledger.history import ReleaseHistory
from warehouse.ledger.store import Submission

_SCHEMAS = ("staging", "core", "marts", "reference", "audit")
_VIEWS = (queries.METRIC_UNIT, "core.metric_unit_category")
_BUILT = {**CORE, **STEPS, **MARTS}
_NO_RELEASES = ReleaseHistory()


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
    for schema in _SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    versions = Versions(connection)
    for name, rows in references.items():
        load_table(versions, REFERENCE[f"reference.{name}"], rows)
    load_states(versions, landed)
    load_submissions(versions, staged, submissions)
    load_history(versions, history)
    selects = queries.selects() | {queries.METRIC_UNIT: queries.metric_units(connection, metrics)}
    reads = {name: queries.tables_read(connection, select) for name, select in selects.items()}
    reads["marts.metric_value"] = (reads["marts.metric_value"] | READS) - DECIDED.keys()
    for name in queries.in_order(reads):
        _update(versions, name, selects[name], reads[name], history)
    return tuple(versions.replaced)


def update_history(connection: duckdb.DuckDBPyConnection, history: ReleaseHistory) -> None:
    """Bring the releases so far, and core.metric_history, up to date in a database that was built before."""
    versions, name = Versions(connection), "core.metric_history"
    load_history(versions, history)
    select = queries.select_of(name)
    _update(versions, name, select, queries.tables_read(connection, select), history)


def _update(versions: Versions, name: str, select: str, reads: Set[str], past: ReleaseHistory) -> None:
    """Bring one table or view up to date with its SELECT, its contract and what it reads."""
    whole, parts = versions.content(reads)
    made_from = digest(code_version(), select, _BUILT.get(name), whole)
    if name in _VIEWS:
        versions.update_view(name, select, digest(made_from, parts))
    elif name == "marts.metric_value":
        made_from = digest(made_from, parts, sorted(past.excepted))
        versions.update(name, {ALL: made_from}, lambda _: protect(versions.connection, past.excepted))
    elif _BUILT[name].partition:
        versions.update(
            name,
            {ALL: made_from, **parts},
            lambda kept: _replace(versions, _BUILT[name], select, kept, parts.keys() - kept),
        )
    else:
        versions.update(name, {ALL: digest(made_from, parts)}, lambda _: _replace(versions, _BUILT[name], select))


def _replace(
    versions: Versions, contract: Contract, select: str, kept: Set[str] = frozenset(), new: Set[str] = frozenset()
) -> None:
    """Replace the table by its SELECT's rows, or, where there are submissions to be kept, only those of the `new`."""
    connection = versions.connection
    if not kept:
        tables.replace(connection, contract, select)
        return
    connection.execute(f"DELETE FROM {contract.name} WHERE submission_id NOT IN ({tables.literals(kept)})")
    if new:
        rows = f"SELECT * FROM (\n{select}\n) AS made WHERE submission_id IN ({tables.literals(new)})"
        tables.insert(connection, contract, rows)
