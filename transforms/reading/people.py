"""Whose rows a file holds: every row with the identifiers in it, also rows that were never taken; and rows blanked.

`parse` leaves uneven and unusable rows out; a person's are to be found in every row that was sent.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO, TypeAlias

from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout
from schemas.submissions import ERASED
from transforms.reading.containers import refuse
from transforms.reading.identify import sheet_of
from transforms.reading.shape import Shape, cell_text, clean, open_workbook, sheet_rows

Identity: TypeAlias = tuple[str, ...]  # the identifier's type first, then what tells it from others of that type
IsErasedPerson: TypeAlias = Callable[[str, str], bool]  # of a type and a normalised identifier

LINKED = ("registration", "employee", "case")  # what a person is known by from one file to the next
MANY = 20  # a registration number with more employee numbers stands in for one that was not known
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)*")
_MARKS = {
    "utf-8-sig": ((codecs.BOM_UTF8, "utf-8"),),
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
}
_SHAPES = {name: kind.shape or re.compile(r"\d+") for name, kind in IDENTIFIER_TYPES.items()}
_NUMBER = re.compile(r"\d\S*\d")  # a text without one holds no identifier
_DIGITS = 3  # a shorter number within a text says nothing


@dataclass(slots=True)
class Line:
    """One row of a sheet. `raw` is its text in a CSV, line end and all. (Not frozen: there may be millions.)"""

    sheet: str
    number: int  # as Excel counts
    cells: Sequence[object]
    raw: str
    identities: frozenset[Identity] = frozenset()
    is_sure: bool = False  # each is told by its column, so that all are of one person
    unread: tuple[int, ...] = ()  # places of the cells that the layout takes nothing from, or only words
    width: int = 0  # cells of a row that is taken

    @property
    def is_erased(self) -> bool:
        """True where it bears the mark of an erased row."""
        return bool(self.cells) and self.cells[0] == ERASED and all(cell == ERASED for cell in self.cells)


def byte_mark(stream: BinaryIO, encoding: str) -> tuple[bytes, str]:
    """The byte order mark at the file's beginning, and the codec of the text behind it."""
    stream.seek(0)
    head = stream.read(3)
    begun = (mark for mark in _MARKS.get(encoding, ()) if head.startswith(mark[0]))
    return next(begun, (b"", encoding.removesuffix("-sig")))


def lines(stream: BinaryIO, shape: Shape, layout: Layout | None, types: Collection[str] = LINKED) -> Iterator[Line]:
    """Every row of every sheet. Without a layout any cell may be an identifier of any of the `types`.

    Raises Refusal: F004, F009 where it cannot be read.
    """
    readers = {(one.sheet or sheet_of(shape, one)): one for one in (layout, *layout.parts)} if layout else {}
    if shape.format == "csv":
        yield from _of_sheet("", _records(stream, shape), next(iter(readers.values()), None), types)
        return
    workbook = open_workbook(stream)
    for sheet in shape.sheets:
        yield from _of_sheet(sheet, ((row, "") for row in sheet_rows(workbook, sheet)), readers.get(sheet), types)


def _records(stream: BinaryIO, shape: Shape) -> Iterator[tuple[Sequence[str], str]]:
    mark, codec = byte_mark(stream, shape.encoding)
    stream.seek(len(mark))
    text = io.TextIOWrapper(stream, encoding=codec, newline="")
    taken: list[str] = []

    def physical() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line

    try:
        for cells in csv.reader(physical(), delimiter=shape.delimiter):
            yield cells, "".join(taken)
            taken.clear()
    except csv.Error:
        refuse("F009")
    finally:
        text.detach()


def _of_sheet(
    sheet: str, rows: Iterable[tuple[Sequence[object], str]], layout: Layout | None, types: Collection[str]
) -> Iterator[Line]:
    kinds: dict[int, str] = {}
    unread: tuple[int, ...] = ()
    headings: list[str] = []
    first = layout.metadata_rows + 2 + layout.rows_after_header if layout else 1
    for number, (cells, raw) in enumerate(rows, 1):
        everywhere = tuple(range(len(cells)))
        if layout and number == layout.metadata_rows + 1:
            headings = [clean(cell_text(cell)) for cell in cells]
            kinds, unread = _places(headings, layout)
            yield Line(sheet, number, cells, raw)
        elif number < first:
            yield Line(sheet, number, cells, raw, unread=everywhere)
        elif layout and len(cells) == len(headings):
            named = {(kinds[place], text) for place in kinds for text in numbers_in(kinds[place], cells[place], layout)}
            yield Line(sheet, number, cells, raw, frozenset(named), True, unread, len(headings))
        else:
            any_of_them = {(kind, text) for kind in types for cell in cells for text in numbers_in(kind, cell, None)}
            yield Line(sheet, number, cells, raw, frozenset(any_of_them), False, everywhere, len(headings))


def _places(headings: Sequence[str], layout: Layout) -> tuple[dict[int, str], tuple[int, ...]]:
    """Which columns hold identifiers, of which type; and which are not read, or for their words alone."""
    fields = {h: layout.contract.field(layout.columns[h]) for h in headings if h in layout.columns}
    kinds = {n: fields[h].identifier for n, h in enumerate(headings) if h in fields and fields[h].identifier}
    read = layout.read - set(layout.words)
    return kinds, tuple(n for n, heading in enumerate(headings) if heading not in read)


def numbers_in(kind: str, cell: object, layout: Layout | None) -> Iterator[str]:
    """The identifiers of the type that a cell holds, in normal form: the cell itself, else what stands within it."""
    text = cell if isinstance(cell, str) else cell_text(cell)
    if text.isdigit() and _SHAPES[kind].fullmatch(text):  # most are
        yield text
        return
    text = text.strip()
    if not text or text == ERASED or (layout and text in layout.nulls):
        return
    declared = IDENTIFIER_TYPES[kind]
    whole = declared.normalise(text)
    if declared.shape is None:
        if layout or any(letter.isdigit() for letter in whole):
            yield whole
    elif declared.is_shaped(whole):
        yield whole
    else:
        yield from filter(declared.is_shaped, map(declared.normalise, _TOKEN.findall(text)))


def linked(read: Callable[[], Iterable[frozenset[Identity]]], seeds: Collection[Identity]) -> set[Identity]:
    """The seeds and every identity that certainly goes with them, over the rows' identities that `read` gives.

    A number that goes with two registration numbers says nothing certain, nor does the number of a record that goes
    with two employee numbers. `read` is called until nothing more is found: of the rows only those near a seed are
    kept in memory.
    """
    near, found = set(seeds), set(seeds)
    while near and found:
        goes_with: dict[Identity, set[Identity]] = defaultdict(set)
        for group in read():
            if not near.isdisjoint(group):
                for one in group:
                    goes_with[one] |= group - {one}
        found = _closure(goes_with, seeds)
        wider = found.union(*(goes_with[one] for one in found))
        if wider <= near:
            break
        near |= wider
    return found


def _closure(goes_with: dict[Identity, set[Identity]], seeds: Collection[Identity]) -> set[Identity]:
    certain = {one for one, others in goes_with.items() if _is_certain(one[0], others)}
    found, new = set(seeds), set(seeds)
    while new:
        new = {other for one in new & certain for other in goes_with[one] & certain} - found
        found |= new
    return found


def _is_certain(kind: str, others: Collection[Identity]) -> bool:
    counted = Counter(other for other, *_ in others)
    if kind == "registration":
        return counted["employee"] <= MANY
    return counted["registration"] <= 1 and (kind == "employee" or counted["employee"] <= 1)


def holds_loose(line: Line, is_erased_person: IsErasedPerson) -> bool:
    """True where an erased number stands in a cell that is not read."""
    texts = [cell_text(line.cells[place]) for place in line.unread]
    return _NUMBER.search(" ".join(texts)) is not None and any(
        scrubbed(text, is_erased_person) != text for text in texts
    )


def blanked(line: Line, gone: Collection[Identity], is_erased_person: IsErasedPerson, delimiter: str) -> Line:
    """The line with the mark in every cell where it is a gone one's; else with the mark in place of an erased number
    that stands in a cell which is not read; the same line where it holds neither."""
    if not line.identities.isdisjoint(gone):
        cells: list[object] = [ERASED] * (line.width or len(line.cells))
    elif holds_loose(line, is_erased_person):
        cells = list(line.cells)
        for place in line.unread:
            text = cell_text(cells[place])
            cells[place] = without if (without := scrubbed(text, is_erased_person)) != text else cells[place]
    else:
        return line
    return replace(line, cells=cells, raw=_written(cells, line.raw, delimiter) if line.raw else "")


def _written(cells: Sequence[object], before: str, delimiter: str) -> str:
    text = io.StringIO()
    end = before[len(before.rstrip("\r\n")) :]
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerow(cells)
    return text.getvalue()


def name_without(name: str, is_erased_person: IsErasedPerson) -> str:
    """A file's name; the mark in its place where an erased person's number stands in it."""
    if scrubbed(name, is_erased_person) == name:
        return name
    return ERASED + scrubbed(PurePath(name).suffix, is_erased_person)


def scrubbed(text: str, is_erased_person: IsErasedPerson) -> str:
    """The text with the mark in place of each erased person's number in it."""

    def instead(token: re.Match[str]) -> str:
        said = token[0]
        is_number = sum(map(str.isdigit, said)) >= _DIGITS
        return (
            ERASED
            if is_number and any(is_erased_person(k, IDENTIFIER_TYPES[k].normalise(said)) for k in LINKED)
            else said
        )

    return _TOKEN.sub(instead, text)
