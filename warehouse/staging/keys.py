"""The rules over the keys of a whole file: rows sent twice, two people behind one number, rows of a refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Dataset
from schemas.findings import SHOWN_ROWS, Finding
from schemas.layouts import Layout
from schemas.tables import SENT, refused_of
from warehouse.db import tables

RULES_FOLDER = resources.files("warehouse.staging") / "rules"
SUSPECT_ROWS = 500_000  # looked at in one question: what DuckDB then sorts and joins does not all go to disk
SURVEY_CHECK = "survey_check"  # hashes of response ids: read by the rules of the whole file, then deleted
_SUSPECTS = pa.schema([("row_number", pa.int64()), ("first_row", pa.int64()), ("is_identical", pa.bool_())])


class Broken(NamedTuple):
    """The rows that break a rule; `code` is the finding's, `column` the sender's heading."""

    code: str
    rows: np.ndarray  # int64, ascending
    column: str
    details: Mapping[str, str]

    @property
    def finding(self) -> Finding:
        """The finding, with the first of the rows."""
        return Finding(self.code, self.column, tuple(self.rows[:SHOWN_ROWS].tolist()), len(self.rows), self.details)


def rows_of(found: Iterable[Broken]) -> np.ndarray:
    """The rows that break any of them, ascending, each once."""
    return np.unique(np.concatenate([np.array([], np.int64), *(broken.rows for broken in found)]))


def broken_keys(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> Iterator[Broken]:
    """Rows sent twice (the later ones), rows of one key that differ."""
    contract = sheet.contract
    key = " and ".join(contract.field(key).title.lower() for key in contract.keys)
    if contract.name == "survey":
        if len(rows := suspected(connection, "shared_response", staged=f"staging.{SURVEY_CHECK}")):
            yield Broken("R005", numbers_of(rows), sheet.heading(""), {"key": key})
        return
    staged = contract.staged()
    values = {"staged": staged.name, "keys": ", ".join(key for key in staged.keys if key != "submission_id")}
    columns = ", ".join(name for name in staged.names if name not in ("row_number", "submission_id"))
    rows, is_identical = suspected(connection, "duplicates", **values, columns=columns), pc.field("is_identical")
    for code, found in {"W002": rows.filter(is_identical), "R003": rows.filter(~is_identical)}.items():
        if len(found):
            details = {"key": key, "pairs": _pairs(found)}
            yield Broken(code, numbers_of(found), sheet.heading(""), details)


def _pairs(rows: pa.Table) -> str:
    """Which row goes with which: ` (row 5 with row 2, row 9 with row 2)`, the first few of them."""
    later = rows.filter(pc.field("row_number") != pc.field("first_row"))
    first = later.sort_by("row_number").slice(0, SHOWN_ROWS).to_pylist()
    told = ", ".join(f"row {row['row_number']:,} with row {row['first_row']:,}" for row in first)
    more = f" and {len(later) - len(first):,} more" if len(later) > len(first) else ""
    return f" ({told}{more})"


def two_people(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> Iterator[Broken]:
    """The rows of a plan, case or the like, if they name more than one person."""
    contract = sheet.contract
    thing, people = contract.field(contract.keys[0]), contract.person_keys
    if thing.kind != "identifier" or not people:
        return
    names = {name: name if name in people else "CAST(NULL AS STRING)" for name in ("registration_key", "employee_key")}
    values = {"staged": contract.staged().name, "thing": f"{thing.identifier}_key", **names}
    if len(rows := suspected(connection, "two_people_in_one", **values)):
        yield Broken("R032", numbers_of(rows), sheet.heading(""), {"key": thing.title.lower()})


def open_refused(connection: duckdb.DuckDBPyConnection, contract: Dataset, folder: Path) -> None:
    """Make `refused`: what the rows refused so far belong to, where several of the dataset's rows make one thing."""
    if contract.whole:
        columns = ("row_number", *contract.whole_keys, *contract.person_keys)
        file = folder / f"{refused_of(contract.name)}.parquet"
        source = tables.parquet([file]) if file.is_file() else f"{contract.staged().name} WHERE FALSE"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE refused AS SELECT {', '.join(columns)} FROM {source}")


def keep_refused(connection: duckdb.DuckDBPyConnection, contract: Dataset, rows: np.ndarray) -> None:
    """Put rows that are refused now, and still are in the staged file, into `refused`."""
    if contract.whole and len(rows):
        connection.register("given", pa.table({"row_number": rows}))
        names = ", ".join(("row_number", *contract.whole_keys, *contract.person_keys))
        staged = contract.staged().name
        connection.execute(f"INSERT INTO refused SELECT {names} FROM {staged} SEMI JOIN given USING (row_number)")
        connection.unregister("given")


def incomplete(connection: duckdb.DuckDBPyConnection, sheet: Layout) -> Iterator[Broken]:
    """The rows that belong with a refused one: refused too, or told; and refused rows that may belong with any."""
    contract, part = sheet.contract, f' on the sheet "{sheet.sheet}"' if sheet.contract.part_of else ""
    details = {"whole": contract.whole, "sheet": part}
    if not contract.whole or not connection.execute("SELECT count(*) FROM refused").fetchall()[0][0]:
        return
    main = SENT[contract.part_of] if contract.part_of else contract
    found = []
    for columns, lacks in _agreeing(contract):
        where = " AND ".join(["TRUE", *(f"{name} IS NULL" for name in lacks)])
        values = {"staged": main.staged().name, "columns": ", ".join(columns), "where": where}
        found.append(connection.execute(sql_of("rest_of_refused", **values)).to_arrow_table())
    if len(rows := pa.concat_tables(found)):
        code = "R031" if contract.is_refused_whole else "W033"
        yield Broken(code, np.unique(rows["row_number"].to_numpy()), "", details)
    if not contract.is_refused_whole:
        return
    keys = (*contract.whole_keys, *contract.person_keys)
    where = " AND ".join(f"{name} IS NULL" for name in keys)
    if len(rows := connection.execute(f"SELECT row_number FROM refused WHERE {where}").to_arrow_table()):
        yield Broken("W034", numbers_of(rows), sheet.heading(""), details)


def _agreeing(contract: Dataset) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The columns by which a row belongs with a refused one, and those that the refused one then lacks."""
    keys = contract.whole_keys
    if keys:
        yield keys, ()
    for key in keys if len(keys) > 1 else ():
        yield (key,), tuple(name for name in keys if name != key)
    for person in contract.person_keys:
        yield (person,), keys


def suspected(connection: duckdb.DuckDBPyConnection, name: str, **values: str) -> pa.Table:
    """What `rules/<name>.sql` finds among the rows that `<name>_suspects.sql` counts by their hash, so many at a time.

    By hashes first, as few rows are suspect: two that only share their hash cost the rest.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE suspect AS {sql_of(f'{name}_suspects', **values)}")
    ((count,),) = connection.execute("SELECT coalesce(sum(row_count), 0) FROM temp.suspect").fetchall()
    if not count:
        return _SUSPECTS.empty_table()
    parts = 1 + count // SUSPECT_ROWS
    hashes = (f"SELECT hashed FROM temp.suspect WHERE hash(hashed) % {parts} = {part}" for part in range(parts))
    found = [connection.execute(sql_of(name, **values, suspects=some)).to_arrow_table() for some in hashes]
    return pa.concat_tables(found)


def numbers_of(rows: pa.Table) -> np.ndarray:
    """The row numbers, ascending."""
    return np.sort(rows["row_number"].to_numpy())


def sql_of(name: str, **values: str) -> str:
    """The rule `rules/<name>.sql` with the values in place."""
    text = (RULES_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return text.format(**values)
