"""An open file to chunks of text columns under the sender's headings, with the row numbers that Excel shows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, islice
from math import inf
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv
from pyarrow.csv import InvalidRow

from schemas.findings import SHOWN_ROWS, Finding
from schemas.layouts import IgnoredRows, Layout
from schemas.submissions import ERASED
from transforms.reading.containers import csv_rows, encoding_of, open_quote, refuse_long_line
from transforms.reading.headings import Looks, are_moved, holds_row, looks_of
from transforms.reading.identify import UnknownLayout, columns_at, headings_at, identify, sheet_of
from transforms.reading.shape import Shape, about, cell_text, first_rows, open_workbook, read_shape, sheet_rows

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
    yield from (_without_noise(chunk, layout.all_noise) for chunk in chunks)


def wanted(shape: Shape, layout: Layout) -> list[str]:
    """The file's headings whose cells the layout reads for anything."""
    other = {n.column for n in layout.all_noise} | {c.column for c in layout.all_defects} | {layout.period_heading}
    other |= {h for swap in layout.swaps for h in (*swap.columns, *swap.when)}
    return [h for h in headings_at(shape, layout) if h in layout.read or h in other]


@dataclass
class _Uneven:
    """Takes the rows with too few or too many cells, which the CSV reader skips; knows noise among them."""

    offset: int  # physical row number - row number as Excel shows it
    delimiter: str
    names: list[str]
    layout: Layout
    looks: Looks
    is_wider: bool  # most rows have more cells than there are headings
    numbers: list[int] = field(default_factory=list)  # of all rows skipped
    swallowed: int = 0  # the row that a stray quote ran together with others
    noise: int = 0
    rows: list[tuple[int, list[str]]] = field(default_factory=list)  # number and cells of those that are no noise

    def __call__(self, row: InvalidRow) -> str:
        number = row.number - self.offset
        self.numbers.append(number)
        cells = next(csv.reader([row.text], delimiter=self.delimiter), [])
        if any(holds_row(cell, self.delimiter, self.looks) for cell in cells):
            self.swallowed = self.swallowed or number
        if self._is_noise([cell.strip() for cell in cells]):
            self.noise += 1
        else:
            self.rows.append((number, cells))
        return "skip"

    def _is_noise(self, cells: list[str]) -> bool:
        there = dict(zip(self.names, cells, strict=False))
        return not any(cells) or any(noise.fits(there.get(noise.column, "")) for noise in self.layout.all_noise)

    def take(self, last: float) -> tuple[list[tuple[int, list[str]]], int, int, tuple[Finding, ...]]:
        """Of the rows up to number `last` since the last call: those that fit once their empty ends are cut or filled,
        how many are noise and how many are ragged; and the findings."""
        rows = [one for one in self.rows if one[0] <= last]
        fitting, ragged = list[tuple[int, list[str]]](), dict[int, list[int]]()
        for place, (number, cells) in enumerate(rows):
            evened = self._evened(cells, [len(one) for n, one in rows[max(place - 1, 0) : place + 2] if n != number])
            if evened:
                fitting.append((number, evened))
            else:
                ragged.setdefault(len(cells), []).append(number)
        noise, self.noise, self.rows = self.noise, 0, self.rows[len(rows) :]
        expected = str(len(self.names))
        findings = [
            *(f for n, at in sorted(ragged.items()) for f in _told("R002", at, found=str(n), expected=expected)),
            *_told("W023", [number for number, _ in fitting], expected=expected),
        ]
        return fitting, noise, sum(map(len, ragged.values())), tuple(findings)

    def _evened(self, cells: list[str], beside: Sequence[int]) -> list[str]:
        """The row with as many cells as there are headings; none where something would be lost or moved by it."""
        width = len(self.names)
        if len(cells) > width:
            is_lost = any(map(str.strip, cells[width:]))
            is_moved = not self.is_wider and are_moved(cells[:width], self.looks)
            return [] if is_lost or is_moved else cells[:width]
        lacking = {self.layout.columns.get(name, "") for name in self.names[len(cells) :]}
        is_required = any(one.required for one in self.layout.contract.fields if one.name in lacking)
        is_part = any(len(cells) + other - 1 == width for other in beside)  # a row that a line break cut in two
        return [] if is_required or is_part else cells + [""] * (width - len(cells))


def _told(code: str, rows: Sequence[int], **details: str) -> list[Finding]:
    """One finding for all the rows; none for no rows."""
    return [Finding(code, "", tuple(rows[:SHOWN_ROWS]), len(rows), details)] if rows else []


def _csv_chunks(stream: BinaryIO, shape: Shape, layout: Layout) -> Iterator[Chunk]:
    above = layout.metadata_rows + 1 + layout.rows_after_header
    _, lines = first_rows(stream, shape.encoding, shape.delimiter, above)
    names = columns_at(shape, layout)
    looks = looks_of(shape.sheets[""][above:], len(names))
    uneven = _Uneven(lines - above, shape.delimiter, names, layout, *looks, noise=layout.rows_after_header)
    first, rows = above + 1, 0
    for batches in chain(_grouped(_batches(stream, shape, wanted(shape, layout), lines, uneven)), [[]]):
        if uneven.swallowed:
            raise open_quote(uneven.swallowed)
        count = sum(batch.num_rows for batch in batches)
        numbers, first = _row_numbers(first, count, uneven.numbers)
        rows += count
        evened, noise, ragged, findings = uneven.take(first if batches else inf)
        if batches or evened or noise or ragged:  # the last has no rows: only the uneven ones below all others
            table, numbers = _with_rows(batches, numbers, evened, names, wanted(shape, layout))
            yield Chunk(table, numbers, noise, ragged, findings)
    if lines + rows + len(uneven.numbers) < shape.lines:
        _check_breaks(_batches(stream, shape, None, lines, uneven), stream, shape, uneven.looks)


def _with_rows(
    batches: Sequence[pa.RecordBatch],
    numbers: pa.Array,
    evened: Sequence[tuple[int, list[str]]],
    names: list[str],
    headings: list[str],
) -> tuple[pa.Table, pa.Array]:
    """The columns of the batches and of the evened rows, each row at its place; and the rows' numbers."""
    cells = {h: [batch.column(h) for batch in batches] for h in headings}
    if evened:
        for heading, arrays in cells.items():
            place = names.index(heading)
            arrays.append(pa.array([row[place] or None for _, row in evened], pa.string()))
        numbers = pa.concat_arrays([numbers, pa.array([number for number, _ in evened], pa.int64())])
    columns = {h: pa.chunked_array(arrays, pa.string()).dictionary_encode() for h, arrays in cells.items()}
    table = pa.table({h: column.combine_chunks() for h, column in columns.items()})
    if not evened:
        return table, numbers
    order = pc.sort_indices(numbers)
    return table.take(order).combine_chunks(), numbers.take(order)


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


def _check_breaks(batches: Iterable[pa.RecordBatch], stream: BinaryIO, shape: Shape, looks: Looks) -> None:
    """Raise Refusal F009 where a cell holds what looks like whole rows; a comment of several lines passes."""
    for batch in batches:
        for column in batch.columns:
            texts = column.filter(pc.match_substring(column, "\n")).to_pylist()
            if any(holds_row(text, shape.delimiter, looks) for text in texts):
                raise open_quote(_swallowing_row(stream, shape, looks))


def _swallowing_row(stream: BinaryIO, shape: Shape, looks: Looks) -> int:
    rows = enumerate(csv_rows(stream, shape.encoding, shape.delimiter), 1)
    return next((n for n, row in rows if any(holds_row(cell, shape.delimiter, looks) for cell in row)), 1)


def _sheet_chunks(stream: BinaryIO, shape: Shape, layout: Layout) -> Iterator[Chunk]:
    rows = sheet_rows(open_workbook(stream), sheet_of(shape, layout))
    above = len(list(islice(rows, layout.metadata_rows + 1 + layout.rows_after_header)))
    names = columns_at(shape, layout)
    places = {heading: names.index(heading) for heading in wanted(shape, layout)}
    parts = iter(lambda: list(islice(rows, CHUNK_ROWS)), [])
    first = above + 1
    for part in chain([next(parts, [])], parts):  # a sheet of headings alone is an empty chunk
        texts = {h: [cell_text(row[place]) or None for row in part] for h, place in places.items()}
        columns = {h: pa.array(cells, pa.string()).dictionary_encode() for h, cells in texts.items()}
        noise = layout.rows_after_header if first == above + 1 else 0
        yield Chunk(pa.table(columns), pa.array(range(first, first + len(part)), pa.int64()), noise)
        first += len(part)


def _without_noise(chunk: Chunk, noises: tuple[IgnoredRows, ...]) -> Chunk:
    """The chunk less its erased rows, blank lines, headings that stand again and declared totals; all are counted."""
    table = chunk.table
    is_erased = _in_every_cell(table, lambda cells: _matches(cells, IgnoredRows(column="", equals=(ERASED,))))
    again = _is_headings(table)
    is_noise = pc.or_(_in_every_cell(table, _is_blank), again)
    for noise in noises:
        if noise.column in table.column_names:
            is_noise = pc.or_(is_noise, _matches(table[noise.column].combine_chunks(), noise))
    is_noise = pc.and_not(is_noise, is_erased)
    count, erased = pc.sum(is_noise).as_py() or 0, pc.sum(is_erased).as_py() or 0
    if not count and not erased:
        return chunk
    kept = pc.invert(pc.or_(is_noise, is_erased))
    numbers = chunk.row_numbers.filter(kept)
    found = (*chunk.findings, *_told("W024", chunk.row_numbers.filter(again).to_pylist()))
    return Chunk(table.filter(kept), numbers, chunk.noise + count, chunk.ragged, found, erased)


def _is_blank(column: pa.DictionaryArray) -> pa.Array:
    """Cells with nothing in them, or spaces alone."""
    spaces = pc.equal(pc.utf8_trim_whitespace(column.dictionary), "")
    return pc.fill_null(spaces.take(column.indices), True)


def _is_headings(table: pa.Table) -> pa.Array:
    """Rows that say every heading again."""
    names = iter(table.column_names)

    def is_its_heading(column: pa.DictionaryArray) -> pa.Array:
        texts = pc.utf8_lower(pc.utf8_trim_whitespace(column.dictionary))
        return pc.fill_null(pc.equal(texts, next(names).lower()).take(column.indices), False)

    return _in_every_cell(table, is_its_heading)


def _in_every_cell(table: pa.Table, test: Callable[[pa.DictionaryArray], pa.Array]) -> pa.Array:
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
    holds = (pc.match_substring(texts, part, ignore_case=True) for part in noise.contains)
    hits = reduce(pc.or_, (*starts, *holds), pc.is_in(texts, pa.array(noise.equals, pa.string())))
    return pc.fill_null(hits.take(column.indices), False)
