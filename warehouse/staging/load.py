"""Load: prepared chunks become staged Parquet; rules that need the whole file run over it before the commit."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.fields import Dataset
from schemas.findings import RULES, SHOWN_ROWS, Finding, Severity
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from warehouse.db.files import put_folder
from warehouse.db.references import reference_tables

RULES_FOLDER = resources.files("warehouse.staging") / "rules"
REMOVED = ("W002", *(code for code, rule in RULES.items() if rule.severity is Severity.REJECT_ROW))
Broken: TypeAlias = tuple[str, list[int], str, Mapping[str, str]]  # code, row numbers, column, details
MEMORY_LIMIT = "256MB"
CHECK_TABLE = "survey_check"  # hashes of response ids: read by the rules of the whole file, then deleted


class Staging:
    """One submission's staged folder, written under a temporary name until `settle`.

    Leaving the `with` block without having settled removes the temporary folder.
    """

    def __init__(self, staged: Path, submission_id: str) -> None:
        self.folder = staged / f".{submission_id}"
        self._final = staged / submission_id
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Staging:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Append one chunk to the Parquet file of each table."""
        for name, table in tables.items():
            if name not in self._writers:
                self._writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema)
            self._writers[name].write_table(table)

    def close(self) -> None:
        """End every Parquet file; after that the rules of the whole file can read them."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}
        pa.default_memory_pool().release_unused()  # the rules come next, and need it

    def settle(self) -> None:
        """Make the folder durable and give it its name; what stood there under that name is replaced."""
        self.close()
        (self.folder / f"{CHECK_TABLE}.parquet").unlink(missing_ok=True)
        for file in self.folder.iterdir():
            file.chmod(0o600)
        put_folder(self.folder, self._final)


def check_file(
    folder: Path, layout: Layout, rules: Rulebook, others: Sequence[Path] = ()
) -> tuple[tuple[Finding, ...], int]:
    """Findings of the rules that need every row, and how many of the sender's rows they reject.

    The parts are judged after the sheet that they belong to. Rejected rows are taken out of the staged files in
    `folder`. `others` are the staged folders of the same organisation, dataset and period from other sources. Key
    columns are named, never their values.
    """
    with closing(_connect(folder, rules)) as connection:
        findings: list[Finding] = []
        rejected = 0
        for sheet in (layout, *layout.parts):
            for judge in (_broken_keys, _broken_rules):
                found = judge(connection, sheet)
                findings += [_finding(*one) for one in found]
                out = {n for code, rows, *_ in found if code in REMOVED for n in rows}
                rejected += len(out)
                _remove_rows(connection, folder, sheet.dataset, sorted(out))
        findings += _notices(connection, layout.contract, others)
        return tuple(findings), rejected


def _finding(code: str, rows: Sequence[int], column: str, details: Mapping[str, str]) -> Finding:
    return Finding(code, column, tuple(rows[:SHOWN_ROWS]), len(rows), details)


def _broken_keys(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> list[Broken]:
    """Rows sent twice (the later ones), rows of one key that differ."""
    contract = sheet.contract
    details = {"key": " and ".join(contract.field(key).title.lower() for key in contract.keys)}
    if contract.name == "survey":
        shared = _rule(connection, "shared_response")
        return [("R005", [row for (row,) in shared], "", details)] if shared else []
    keys = ", ".join(key for key in contract.staged().keys if key != "submission_id")
    values = {"staged": f"staging.{contract.name}", "keys": keys}
    if not _rule(connection, "has_duplicates", **values)[0][0]:
        return []
    columns = ", ".join(n for n in contract.staged().names if n not in ("row_number", "submission_id"))
    rows = _rule(connection, "duplicates", **values, columns=columns)
    found = {code: [number for c, number in rows if c == code] for code in ("W002", "R003")}
    return [(code, numbers, sheet.heading(""), details) for code, numbers in found.items() if numbers]


def _broken_rules(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> list[Broken]:
    """What the dataset's own rules find: `rules/<dataset>/<code>.sql` gives row number, field and the details."""
    folder = RULES_FOLDER / sheet.dataset
    files = sorted(folder.iterdir(), key=lambda f: f.name) if folder.is_dir() else []
    broken: dict[tuple[str, ...], list[int]] = {}
    names: dict[str, list[str]] = {}
    for file in files:
        code = file.name.removesuffix(".sql")
        rows = connection.execute(file.read_text(encoding="utf-8"))
        names[code] = [name for name, *_ in rows.description or ()][2:]
        for number, field, *details in rows.fetchall():
            there = broken.setdefault((code, sheet.heading(field), *map(_shown, details)), [])
            there += [] if number is None else [number]
    return [
        (code, sorted(rows), column, dict(zip(names[code], said, strict=True)))
        for (code, column, *said), rows in broken.items()
    ]


def _shown(detail: object) -> str:
    return f"{detail:,.12g}" if isinstance(detail, float) else f"{detail:,}" if isinstance(detail, int) else str(detail)


def _remove_rows(connection: duckdb.DuckDBPyConnection, folder: Path, dataset: str, rows: Sequence[int]) -> None:
    if not rows:
        return
    connection.register("removed", pa.table({"row_number": pa.array(rows, pa.int64())}))
    tables = ("survey_answer", "survey_response") if dataset == "survey" else (dataset,)
    for name in tables:  # the answers first: they find their rows through the responses
        rule = "kept_answers" if name == "survey_answer" else "kept_rows"
        target = folder / f"{name}.kept"
        kept = _sql(rule, staged=f"staging.{name}")
        connection.execute(f"COPY ({kept}) TO '{_quoted(target)}' (FORMAT parquet)")
        target.replace(folder / f"{name}.parquet")
    connection.unregister("removed")


def _notices(connection: duckdb.DuckDBPyConnection, dataset: Dataset, others: Sequence[Path]) -> list[Finding]:
    """What is worth a look: two people behind one number, people in two sources."""
    if not {"registration_key", "employee_key"} <= set(dataset.staged().names):
        return []
    staged = f"staging.{dataset.name}"
    rows = [row for (row,) in _rule(connection, "two_people", staged=staged)]
    found = [_finding("W011", rows, "", {})] if rows else []
    elsewhere = ", ".join(f"'{_quoted(other / f'{dataset.name}.parquet')}'" for other in others)
    if elsewhere and (people := _rule(connection, "two_sources", staged=staged, others=elsewhere)[0][0]):
        found.append(Finding("W003", details={"people": f"{people:,}"}))
    return found


def _connect(folder: Path, rules: Rulebook) -> duckdb.DuckDBPyConnection:
    """The staged files as `staging.*`, beside the rule book as `reference.*`.

    A long file takes no more memory than a short one: the rest goes to disk beside the folder.
    """
    # Files are replaced under the same name here, so none is cached
    off = ("autoinstall_known_extensions", "autoload_known_extensions", "enable_external_file_cache")
    spill = {"memory_limit": MEMORY_LIMIT, "threads": "2", "temp_directory": f"{folder}.tmp"}
    connection = duckdb.connect(config={**dict.fromkeys(off, "false"), **spill})
    connection.execute("CREATE SCHEMA staging; CREATE SCHEMA reference")
    for file in folder.glob("*.parquet"):
        connection.execute(f"CREATE VIEW staging.{file.stem} AS SELECT * FROM read_parquet('{_quoted(file)}')")
    for name, table in reference_tables(rules, ()).items():
        connection.register(f"given_{name}", table)
        connection.execute(f"CREATE VIEW reference.{name} AS SELECT * FROM given_{name}")
    return connection


def _rule(connection: duckdb.DuckDBPyConnection, name: str, **values: str) -> list[tuple]:
    return connection.execute(_sql(name, **values)).fetchall()


def _sql(name: str, **values: str) -> str:
    text = (RULES_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
