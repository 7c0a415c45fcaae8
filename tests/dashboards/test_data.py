"""What the page carries is what the Parquet holds, to the last digit; read back here by other code than the page's."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from datetime import date
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.data import packed, read_tables
from tests.lib.page_release import write_release

SIZES = {"i1": "b", "i2": "h", "i4": "i", "f8": "d"}


def unpacked(text: str) -> dict[str, dict[str, list[object]]]:
    """The tables of a packed text, as columns of Python's own values."""
    content = gzip.decompress(base64.b64decode(text))
    (length,) = struct.unpack_from("<Q", content)
    about = json.loads(content[8 : 8 + length])
    body = content[8 + length + (-length % 8) :]
    return {
        name: {column["name"]: _column(column, body, table["rows"]) for column in table["columns"]}
        for name, table in about.items()
    }


def _column(column: dict, body: bytes, rows: int) -> list[object]:
    numbers = struct.unpack_from(f"<{rows}{SIZES[column['kind']]}", body, column["at"])
    null = None if column["kind"] == "f8" else -(2 ** (8 * int(column["kind"][1]) - 1))
    if "words" in column:
        return [None if n == null else column["words"][n] for n in numbers]
    return [None if n in (null,) or n != n else n / column["scale"] for n in numbers]


@pytest.mark.parametrize(
    ("kind", "values", "width"),
    [
        (pa.float64(), [None, 0.1, 33.3, 4.99, -2.07], "i2"),
        (pa.float64(), [1 / 3, None], "f8"),
        (pa.float64(), [None, None], "i1"),
        (pa.int64(), [1, 127, None], "i2"),  # -128 stands for NULL, and its counterpart is spared too
        (pa.int64(), [3_000_000_000], "f8"),
        (pa.string(), ["a", None, "\u00df<", "a"], "i1"),
        (pa.date32(), [date(2026, 9, 30), None], "i1"),
        (pa.bool_(), [True, None, False], "i1"),
    ],
)
def test_a_column_comes_back_as_it_was_in_the_narrowest_numbers(kind: pa.DataType, values: list, width: str) -> None:
    text = packed({"one": pa.table({"column": pa.array(values, kind)})})
    said = [str(v).lower() if isinstance(v, bool) else v for v in values]
    said = [v.isoformat() if isinstance(v, date) else v for v in said]
    assert unpacked(text)["one"]["column"] == said
    assert f'"kind": "{width}"'.encode() in gzip.decompress(base64.b64decode(text))


def test_every_figure_is_carried_with_its_limits_and_in_one_run_a_metric_and_organisation(tmp_path: Path) -> None:
    release = write_release(tmp_path)
    tables, left_out = read_tables(release)
    carried = unpacked(packed(tables))["figure"]
    stored = pq.read_table(release / "parquet" / "dashboard_figure.parquet").to_pylist()
    keys = ("metric_id", "item_key", "organisation_code", "category_key", "period_key")
    by_key = {tuple(carried[k][n] for k in keys): n for n in range(len(carried["value"]))}
    assert left_out == 0
    assert len(by_key) == len(stored)
    for row in stored:
        n = by_key[tuple(row[k] for k in keys)]
        for name in ("value", "numerator", "people_count", "q1", "q3", "interval_low", "interval_high", "target"):
            assert carried[name][n] == row[name]
        assert carried["status"][n] == row["status"]
        assert (carried["mean"][n] == 4.6) == (row["metric_id"] == "job_plan_research_hours_share")
    runs = [pair for pair, _ in groupby(zip(carried["metric_id"], carried["organisation_code"], strict=True))]
    assert len(runs) == len(set(runs))


def test_series_differ_where_the_release_says_so(tmp_path: Path) -> None:
    release = write_release(tmp_path)
    carried = unpacked(packed(read_tables(release)[0]))["figure"]
    stored = pq.read_table(release / "parquet" / "dashboard_figure.parquet")
    assert len(set(carried["series"])) == len(set(stored["series_id"].to_pylist()))


def test_of_too_many_figures_those_by_category_of_earlier_periods_are_left_out_and_counted(tmp_path: Path) -> None:
    release = write_release(tmp_path)
    stored = pq.read_table(release / "parquet" / "dashboard_figure.parquet").to_pylist()
    old = [row for row in stored if not row["is_latest"] and row["breakdown"] != "all"]
    tables, left_out = read_tables(release, most=len(stored) - 1)
    assert left_out == len(old) > 0
    assert len(tables["figure"]) == len(stored) - len(old)
    assert set(tables["figure"]["metric_id"].to_pylist()) == {row["metric_id"] for row in stored}


def test_the_same_release_gives_the_same_text(tmp_path: Path) -> None:
    release = write_release(tmp_path)
    assert packed(read_tables(release)[0]) == packed(read_tables(release)[0])
