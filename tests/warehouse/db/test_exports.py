"""Exports: CSV whose columns every reader takes for what they are, and Parquet that says what they mean."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from schemas.fields import Contract, Field
from warehouse.db import exports, tables

FIELDS = (
    Field("code", "text", "Code.", required=True),
    Field("place", "integer", "Place.", required=True),
    Field("day", "date", "Day."),
    Field("is_met", "boolean", "True where it is met."),
    Field("q1", "number", "First quartile."),
    Field("said", "text", "What was said."),
)
CONTRACT = Contract(
    name="told", title="What is told", grain="place", keys=("place",), fields=FIELDS, warning="Add nothing up."
)
KINDS = {
    "code": pa.string(),
    "place": pa.int64(),
    "day": pa.date32(),
    "is_met": pa.bool_(),
    "q1": pa.float64(),
    "said": pa.string(),
}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """300 rows; what most columns are shows from the 200th on only, and the codes before it look like numbers."""
    connection = duckdb.connect()
    select = """
        SELECT
            CASE WHEN place < 200 THEN CAST(place AS STRING) ELSE 'a' || place END AS code,
            place,
            CASE WHEN place > 210 THEN DATE '2026-09-30' END AS day,
            CASE WHEN place > 220 THEN place % 2 = 0 END AS is_met,
            CASE WHEN place > 230 THEN place * 1e0 END AS q1,
            CASE place WHEN 1 THEN '=1+1' WHEN 2 THEN 'ä, "b"' END AS said
        FROM (SELECT unnest(range(1, 301)) AS place)
    """
    tables.replace(connection, CONTRACT, select)
    return connection


def looked_at(folder: Path) -> Path:
    """The first hundred rows, from which readers decide what a column is."""
    lines = (folder / "told.csv").read_bytes().splitlines(keepends=True)
    (folder / "first.csv").write_bytes(b"".join(lines[:101]))
    return folder / "first.csv"


def test_a_csv_begins_with_the_mark_and_its_first_column_keeps_its_name(connection, tmp_path: Path) -> None:
    exports.write_csv(connection, tmp_path / "told.csv", CONTRACT)
    assert (tmp_path / "told.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,place,")
    assert duckdb.sql(f"SELECT * FROM '{tmp_path}/told.csv'").columns == list(CONTRACT.names)
    assert list(pd.read_csv(tmp_path / "told.csv").columns) == list(CONTRACT.names)


def test_the_first_rows_of_a_csv_tell_what_each_column_is(connection, tmp_path: Path) -> None:
    exports.write_csv(connection, tmp_path / "told.csv", CONTRACT)
    first = csv.read_csv(looked_at(tmp_path))
    assert dict(zip(first.column_names, first.schema.types, strict=True)) == KINDS
    found = duckdb.sql(f"SELECT * FROM read_csv('{tmp_path}/told.csv', sample_size = 100)")
    assert [str(kind) for kind in found.types] == ["VARCHAR", "BIGINT", "DATE", "BOOLEAN", "DOUBLE", "VARCHAR"]
    assert len(found.fetchall()) == 300


def test_after_the_rows_that_tell_the_others_stand_in_the_order_of_the_key(connection, tmp_path: Path) -> None:
    exports.write_csv(connection, tmp_path / "told.csv", CONTRACT)
    places = pd.read_csv(tmp_path / "told.csv")["place"].to_list()
    assert places[:4] == [200, 211, 221, 231]
    assert places[4:] == [n for n in range(1, 301) if n not in places[:4]]


def test_a_number_has_a_point_a_boolean_is_in_capitals_and_no_text_is_a_formula(connection, tmp_path: Path) -> None:
    exports.write_csv(connection, tmp_path / "told.csv", CONTRACT)
    lines = (tmp_path / "told.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "a232,232,2026-09-30,TRUE,232.0," in lines
    assert "1,1,,,,'=1+1" in lines
    assert '2,2,,,,"ä, ""b"""' in lines


@pytest.mark.parametrize("order", ["place DESC", "place % 7, place", "hash(place)"])
def test_rows_lie_in_a_database_in_the_order_of_their_key(connection, tmp_path: Path, order: str) -> None:
    rows = connection.execute(f"SELECT * FROM told ORDER BY {order}").to_arrow_table()
    tables.load(connection, CONTRACT, rows)
    exports.write_database(connection, tmp_path / "told.duckdb", [CONTRACT])
    with duckdb.connect(str(tmp_path / "told.duckdb"), read_only=True) as reader:
        (schema,) = reader.execute("SELECT schema_name FROM duckdb_tables()").fetchone()
        assert reader.execute(f"SELECT place FROM {schema}.told").fetchall() == [(n,) for n in range(1, 301)]


def test_a_parquet_file_says_what_table_and_columns_mean_and_which_are_always_filled(
    connection, tmp_path: Path
) -> None:
    exports.write_parquet(connection, tmp_path / "told.parquet", CONTRACT)
    schema = parquet.read_schema(tmp_path / "told.parquet")
    assert {field.name: field.type for field in schema} == KINDS
    assert [field.name for field in schema if not field.nullable] == ["code", "place"]
    assert schema.field("q1").metadata[b"description"] == b"First quartile."
    assert (schema.metadata[b"title"], schema.metadata[b"warning"]) == (b"What is told", b"Add nothing up.")
    again = tmp_path / "again.parquet"
    exports.write_parquet(connection, again, CONTRACT)
    assert again.read_bytes() == (tmp_path / "told.parquet").read_bytes()


def test_a_required_column_with_nothing_in_it_is_no_parquet_file(connection, tmp_path: Path) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE told AS SELECT CAST(NULL AS STRING) AS code, * EXCLUDE (code) FROM told"
    )
    with pytest.raises(ValueError, match="code"):
        exports.write_parquet(connection, tmp_path / "told.parquet", CONTRACT)
