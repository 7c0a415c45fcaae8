"""An open file to chunks of text columns under the sender's headings, with the row numbers that Excel shows."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, islice
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv
from pyarrow.csv import InvalidRow

from schemas.findings import SHOWN_ROWS, Finding
from schemas.layouts import IgnoredRows, Layout
from schemas.submissions import ERASED
from transforms.reading.containers import encoding_of, refuse, refuse_long_line
from transforms.reading.identify import UnknownLayout, headings_at, identify, sheet_of
from transforms.reading.shape import Shape, about, cell_text, clean, head_text, open_workbook, read_shape, sheet_rows

__all__ = ["Chunk", "Shape", "UnknownLayout", "about", "headings_at", "identify", "parse", "read_shape"]

CHUNK_ROWS = 75_000
CHUNK_BLOCKS = 64
BLOCK_BYTES = 1 << 20  # Arrow reads up to 32 blocks ahead: small ones keep the memory flat


@dataclass(frozen=True)
class Chunk:
    """Some rows of the sender's table. Every column is a dictionary of distinct texts, blank cells NULL."""

    table: pa.Table
    row_numbers: pa.Array  # int64, one a row of `table`
    noise: int = 0  # blank lines and declared totals, left out of `table`
    ragged: int = 0  # rows with too few or too many cells, left out of `table`
    findings: tuple[Finding, ...] = ()
    erased: int = 0  # rows of erased people, left out of `table`


def parse(stream: BinaryIO, shape: Shape, layout: Layout) -> Iterator[Chunk]:
    """The rows of the file, a chunk at a time; flat in memory for a CSV.

    Raises Refusal: F009 where a stray quote ran rows together, F004 where the workbook cannot be read.
    """
    chunks = _csv_chunks(stream, shape, layout) if shape.format == "csv" else _sheet_chunks(stream, shape, layout)
    for chunk in chunks:
        yield _without_noise(chunk, layout.noise)


def wanted(shape: Shape, layout: Layout) -> list[str]:
    """The file's headings whose cells the layout reads for anything."""
    other = {n.column for n in layout.noise} | {c.column for c in layout.known_defects} | {layout.period_heading}
    other |= {h for swap in layout.swaps for h in (*swap.columns, *swap.when)}
    return [h for h in headings_at(shape, layout) if h in layout.read or h in other]


@dataclass
class _Uneven:
    """Takes the rows with too few or too many cells, which the CSV reader skips; knows noise among them."""

    offset: int  # physical row number - row number as Excel shows it
    delimiter: str
    names: list[str]
    noises: tuple[IgnoredRows, ...]
    numbers: list[int] = field(default_factory=list)  # of all rows skipped
    swallowed: bool = False  # a stray quote ran rows together
    noise: int = 0
    ragged: dict[int, list[int]] = field(default_factory=dict)  # cells found -> row numbers

    def __call__(self, row: InvalidRow) -> str:
        number = row.number - self.offset
        self.numbers.append(number)
        self.swallowed = self.swallowed or _is_swallowed(row.text, self.delimiter, len(self.names))
        if self._is_noise(row.text):
            self.noise += 1
        else:
            self.ragged.setdefault(row.actual_columns, []).append(number)
        return "skip"

    def _is_noise(self, text: str) -> bool:
        cells = [cell.strip() for cell in next(csv.reader([text], delimiter=self.delimiter), [])]
        there = dict(zip(self.names, cells, strict=False))
        return not any(cells) or any(_is_noise(there.get(noise.column, ""), noise) for noise in self.noises)

    def take(self) -> tuple[int, int, tuple[Finding, ...]]:
        """How many noise rows and ragged rows there were since the last call, and the findings of the ragged ones."""
        noise, ragged, self.noise, self.ragged = self.noise, self.ragged, 0, {}
        findings = []
        for found, rows in sorted(ragged.items()):
            details = {"found": str(found), "expected": str(len(self.names))}
            findings.append(Finding("R002", "", tuple(rows[:SHOWN_ROWS]), len(rows), details))
        return noise, sum(map(len, ragged.values())), tuple(findings)


def _is_swallowed(text: str, delimiter: str, headings: int) -> bool:
    """Does a line within the text hold as many delimiters as the headings do?"""
    lines = text.splitlines()
    return headings > 1 and len(lines) > 1 and any(line.count(delimiter) >= headings - 1 for line in lines[1:])


def _csv_chunks(stream: BinaryIO, shape: Shape, layout: Layout) -> Iterator[Chunk]:
    above = layout.metadata_rows + 1 + layout.rows_after_header
    lines = _lines_above(stream, shape, above)
    names = [clean(h) for h in shape.sheets[""][layout.metadata_rows]]
    uneven = _Uneven(lines - above, shape.delimiter, names, layout.noise)
    first, rows = above + 1, 0
    for batches in chain(_grouped(_batches(stream, shape, wanted(shape, layout), lines, uneven)), [[]]):
        if uneven.swallowed:
            refuse("F009")
        if batches or uneven.noise or uneven.ragged:  # the last has no rows: only the uneven ones below all others
            cells = {h: [batch.column(h) for batch in batches] for h in wanted(shape, layout)}
            columns = {h: pa.chunked_array(arrays, pa.string()).dictionary_encode() for h, arrays in cells.items()}
            table = pa.table({h: column.combine_chunks() for h, column in columns.items()})
            numbers, first = _row_numbers(first, table.num_rows, uneven.numbers)
            rows += table.num_rows
            yield Chunk(table, numbers, *uneven.take())
    if lines + rows + len(uneven.numbers) < shape.lines:
        _check_breaks(_batches(stream, shape, None, lines, uneven), shape)


def _lines_above(stream: BinaryIO, shape: Shape, rows: int) -> int:
    """How many physical lines the rows up to the data take: a quoted heading may hold line breaks."""
    reader = csv.reader(io.StringIO(head_text(stream, shape.encoding), newline=""), delimiter=shape.delimiter)
    for _ in range(rows):
        next(reader, None)
    return reader.line_num


def _grouped(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """The reader's small batches as chunks of CHUNK_ROWS rows or CHUNK_BLOCKS blocks, whichever comes first."""
    group: list[pa.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(b.num_rows for b in group) >= CHUNK_ROWS or len(group) == CHUNK_BLOCKS:
            yield group
            group = []
    if group:
        yield group


def _batches(
    stream: BinaryIO, shape: Shape, headings: Sequence[str] | None, lines: int, uneven: _Uneven
) -> Iterable[pa.RecordBatch]:
    """The columns of the CSV under those headings, None for all, as record batches."""
    stream.seek(0)
    try:
        yield from arrow_csv.open_csv(
            stream,
            arrow_csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK_BYTES,
                skip_rows=lines,
                column_names=uneven.names,
                encoding="utf8" if shape.encoding == "utf-8-sig" else shape.encoding,
            ),
            arrow_csv.ParseOptions(
                delimiter=shape.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=uneven
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(uneven.names, pa.string()),
                include_columns=headings,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as problem:
        if "Empty CSV" not in str(problem) and "Could not skip" not in str(problem):
            refuse_long_line(has_quotes=encoding_of(stream)[1] > 0)  # it is longer than a block


def _row_numbers(first: int, count: int, left_out: list[int]) -> tuple[pa.Array, int]:
    """The next `count` row numbers from `first` that are not left out, and where to go on."""
    numbers = np.arange(first, first + count + len(left_out), dtype=np.int64)
    kept = np.setdiff1d(numbers, np.array(left_out, dtype=np.int64), assume_unique=True)[:count]
    return pa.array(kept), int(kept[-1]) + 1 if count else first


def _check_breaks(batches: Iterable[pa.RecordBatch], shape: Shape) -> None:
    """Raise Refusal F009 where a cell holds what looks like whole rows; a comment of several lines passes."""
    for batch in batches:
        for column in batch.columns:
            texts = column.filter(pc.match_substring(column, "\n")).to_pylist()
            if any(_is_swallowed(text, shape.delimiter, batch.num_columns) for text in texts):
                refuse("F009")


def _sheet_chunks(stream: BinaryIO, shape: Shape, layout: Layout) -> Iterator[Chunk]:
    rows = sheet_rows(open_workbook(stream), sheet_of(shape, layout))
    above = list(islice(rows, layout.metadata_rows + 1 + layout.rows_after_header))
    headings = [clean(cell_text(cell)) for cell in above[layout.metadata_rows]]
    places = {heading: headings.index(heading) for heading in wanted(shape, layout)}
    parts = iter(lambda: list(islice(rows, CHUNK_ROWS)), [])
    first = len(above) + 1
    for part in chain([next(parts, [])], parts):  # a sheet of headings alone is an empty chunk
        texts = {h: [cell_text(row[place]) or None for row in part] for h, place in places.items()}
        columns = {h: pa.array(cells, pa.string()).dictionary_encode() for h, cells in texts.items()}
        yield Chunk(pa.table(columns), pa.array(range(first, first + len(part)), pa.int64()))
        first += len(part)


def _without_noise(chunk: Chunk, noises: tuple[IgnoredRows, ...]) -> Chunk:
    """The chunk less its erased rows, blank lines and declared totals, which are counted."""
    table = chunk.table
    is_erased = _in_every_cell(table, lambda cells: _matches(cells, IgnoredRows(column="", equals=(ERASED,))))
    is_noise = _in_every_cell(table, pc.is_null)
    for noise in noises:
        if noise.column in table.column_names:
            is_noise = pc.or_(is_noise, _matches(table[noise.column].combine_chunks(), noise))
    is_noise = pc.and_not(is_noise, is_erased)
    count, erased = pc.sum(is_noise).as_py() or 0, pc.sum(is_erased).as_py() or 0
    if not count and not erased:
        return chunk
    kept = pc.invert(pc.or_(is_noise, is_erased))
    numbers = chunk.row_numbers.filter(kept)
    return replace(chunk, table=table.filter(kept), row_numbers=numbers, noise=chunk.noise + count, erased=erased)


def _in_every_cell(table: pa.Table, test: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Rows of which every cell passes the test; stops looking as soon as none is left."""
    passing = pa.repeat(True, table.num_rows)
    for column in table.columns:
        passing = pc.and_(passing, test(column.combine_chunks()))
        if not pc.any(passing).as_py():
            break
    return passing


def _matches(column: pa.DictionaryArray, noise: IgnoredRows) -> pa.Array:
    texts = pc.utf8_trim_whitespace(column.dictionary)
    starts = (pc.starts_with(texts, start) for start in noise.starts_with)
    hits = reduce(pc.or_, starts, pc.is_in(texts, pa.array(noise.equals, pa.string())))
    return pc.fill_null(hits.take(column.indices), False)


def _is_noise(text: str, noise: IgnoredRows) -> bool:
    return text in noise.equals or text.startswith(noise.starts_with)
