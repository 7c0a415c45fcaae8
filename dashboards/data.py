"""A release's tables as a page carries them: each column a run of whole numbers, the whole gzipped and in base64."""

import base64
import gzip
import json
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboards.page import reader

MOST_FIGURES = 600_000
# In the order in which the page looks figures up: those of a metric and organisation stand together
FIGURES = """
    SELECT figure.metric_id, item_key, figure.organisation_code, category_key, period_key,
        dense_rank() OVER (ORDER BY figure.metric_id, figure.organisation_code, figure.series_id) AS series,
        figure.value, numerator, denominator, people_count, q1, q3, interval_low, interval_high,
        interval_method, response_rate_pct, figure.target, is_target_met, status,
        status_shorthand, status_sentence, spc.mean, spc.lower_limit, spc.upper_limit, spc.is_limit_cut,
        spc.point_type, spc.variation_icon, spc.assurance_icon
    FROM read_parquet($folder || '/dashboard_figure.parquet') AS figure
    LEFT JOIN read_parquet($folder || '/metric_spc.parquet') AS spc
        ON figure.series_id = spc.series_id AND figure.period_end = spc.period_end AND spc.mean IS NOT NULL
    WHERE figure.is_latest OR figure.breakdown = 'all' OR NOT $is_cut
    ORDER BY figure.metric_id, figure.organisation_code, category_order, category_key, item_order,
        item_key, period_order, period_key
"""
# A system that no organisation of the release names has its code for a label, which tells a reader nothing
ACROSS = """
    SELECT * FROM read_parquet($folder || '/figure_across_organisations.parquet')
    WHERE breakdown = 'all' AND group_label <> group_code
"""
WHOLE = {
    "metric": ("dim_metric", ()),
    "item": ("dim_item", ()),
    "category": ("dim_category", ()),
    "period": ("dim_period", ()),
    "organisation": ("dim_organisation", ()),
    "comparison": ("research_active_comparison", ()),
    "representation": ("research_representation", ()),
    "adoption": ("adoption_and_outcome", ()),
    "site_type": ("adoption_by_site_type", ()),
    "sent": ("submission_status", ()),
    "subtheme": ("facilitators_barriers", ("metric_id", "item_code", "level_code", "polarity_code", "subtheme_label")),
}


def read_tables(release: Path, most: int = MOST_FIGURES) -> tuple[dict[str, pa.Table], int]:
    """What the page carries, by name, and how many figures it leaves out.

    Where there are more than `most`, figures by category are left out of all periods but the last.
    """
    folder = release / "parquet"
    total = pq.read_metadata(folder / "dashboard_figure.parquet").num_rows
    with reader() as connection:
        asked = {"folder": str(folder), "is_cut": total > most}
        figures = connection.execute(FIGURES, asked).to_arrow_table()
        across = connection.execute(ACROSS, {"folder": str(folder)}).to_arrow_table()
    tables = {"figure": figures, "across": across}
    for name, (file, columns) in WHOLE.items():
        table = pq.read_table(folder / f"{file}.parquet", columns=list(columns) or None)
        tables[name] = table.group_by(columns, use_threads=False).aggregate([]) if columns else table
    return tables, total - len(figures)


def packed(tables: Mapping[str, pa.Table]) -> str:
    """The tables as text: what the columns are, and their numbers; static/unpack.js reads it back."""
    about: dict[str, object] = {}
    body = bytearray()
    for name, table in tables.items():
        columns = []
        for column in table.column_names:
            said, numbers = _column(table[column].combine_chunks())
            columns.append({"name": column, "at": len(body), "kind": numbers.dtype.str[1:], **said})
            body += _filled(numbers.tobytes())
        about[name] = {"rows": len(table), "columns": columns}
    head = json.dumps(about, ensure_ascii=False).encode()
    whole = struct.pack("<Q", len(head)) + _filled(head) + body
    return base64.b64encode(gzip.compress(whole, compresslevel=6, mtime=0)).decode()


def _filled(content: bytes) -> bytes:
    """The bytes, up to the next multiple of eight: a column must begin at one."""
    return content + bytes(-len(content) % 8)


def _column(column: pa.Array) -> tuple[dict[str, object], np.ndarray]:
    """What a column is in words, and its numbers: the least of their type stands for NULL."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _numbers(column)
    words = column.cast(pa.string()).dictionary_encode()
    return {"words": words.dictionary.to_pylist()}, _least(words.indices.to_numpy(zero_copy_only=False))


def _numbers(column: pa.Array) -> tuple[dict[str, object], np.ndarray]:
    """Decimals as whole numbers over the least power of ten that gives each of them back exactly."""
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_there = ~np.isnan(values)
    for scale in (1, 10, 100, 1000):
        whole = np.rint(values * scale)
        if np.array_equal(whole[is_there] / scale, values[is_there]):
            return {"scale": scale}, _least(whole)
    return {"scale": 1}, values


def _least(numbers: np.ndarray) -> np.ndarray:
    """The numbers in the narrowest type that holds them and has one to spare for NULL, little-endian."""
    is_there = ~np.isnan(numbers.astype(float))
    most = np.abs(numbers[is_there]).max(initial=0)
    kind = next((k for k in ("<i1", "<i2", "<i4") if most < np.iinfo(k).max), "<f8")
    if kind == "<f8":
        return numbers.astype(kind)
    return np.where(is_there, numbers, np.iinfo(kind).min).astype(kind)
