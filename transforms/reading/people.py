"""Whose rows a file holds: every row with the identifiers in it, also rows that were never taken; and rows blanked.

`parse` leaves uneven and unusable rows out; a person's are to be found in every row that was sent.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import BinaryIO, TypeAlias

from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout
from schemas.submissions import ERASED
from transforms.reading.containers import csv_rows
from transforms.reading.headings import as_declared
from transforms.reading.identify import sheet_of
from transforms.reading.shape import Shape, cell_text, clean, open_workbook, sheet_rows

Identity: TypeAlias = tuple[str, ...]  # the identifier's type first, then what tells it from others of that type
IsErasedPerson: TypeAlias = Callable[[str, str], bool]  # of a type and a normalised identifier

LINKED = ("registration", "employee", "case")  # what a person is known by from one file to the next
MANY = 20  # a registration number with more employee numbers stands in for one that was not known
_TOKEN = re.compile(r"[A-Z0-9]+(?:[-/][A-Z0-9]+)*")
_NUMBER = re.compile(r"\d\S*\d")  # a text without one holds no identifier
_WITHIN = re.compile(r"\d{2}[A-Z]\d{4}[A-Z]|([A-Z]{0,3})(\d{3,})")  # a number in a longer word; a shorter says nothing


@dataclass(slots=True)
class Line:
    """One row of a sheet, its cells as text. (Not frozen: there may be millions.)"""

    sheet: str
    cells: Sequence[str]
    identities: frozenset[Identity] = frozenset()
    is_sure: bool = False  # each is told by its column, so that all are of one person
    unread: Collection[int] = ()  # places of the cells that the layout takes nothing from, or only words
    width: int = 0  # cells of a row that is taken

    @property
    def is_erased(self) -> bool:
        """True where it bears the mark of an erased row."""
        return bool(self.cells) and all(cell == ERASED for cell in self.cells)


def lines(stream: BinaryIO, shape: Shape, layout: Layout | None) -> Iterator[Line]:
    """Every row of every sheet. Without a layout any cell may be a number that a person is known by.

    Raises Refusal: F004, F009 where it cannot be read.
    """
    readers = {sheet_of(shape, one): one for one in (*layout.parts, layout)} if layout else {}
    for sheet, rows in _sheets(stream, shape):
        yield from _of_sheet(sheet, rows, readers.get(sheet))


def _sheets(stream: BinaryIO, shape: Shape) -> Iterator[tuple[str, Iterable[list[str]]]]:
    if shape.format == "csv":
        yield "", csv_rows(stream, shape.encoding, shape.delimiter)
        return
    workbook = open_workbook(stream)
    for sheet in shape.sheets:
        yield sheet, ([cell_text(cell) for cell in row] for row in sheet_rows(workbook, sheet))


def _of_sheet(sheet: str, rows: Iterable[list[str]], layout: Layout | None) -> Iterator[Line]:
    kinds: dict[int, str] = {}
    unread: frozenset[int] = frozenset()
    width = 0
    first = layout.metadata_rows + 2 + layout.rows_after_header if layout else 1
    for number, cells in enumerate(rows, 1):
        everywhere = range(len(cells))
        if layout and number == layout.metadata_rows + 1:
            kinds, unread = _places(as_declared([clean(cell) for cell in cells], layout.known), layout)
            width = len(cells)
            yield Line(sheet, cells)
        elif number < first:
            yield Line(sheet, cells, unread=everywhere)
        elif layout and len(cells) == width:
            named = {(kinds[place], text) for place in kinds for text in numbers_in(kinds[place], cells[place], layout)}
            yield Line(sheet, cells, frozenset(named), True, unread, width)
        else:
            any_of_them = {(kind, text) for kind in LINKED for cell in cells for text in numbers_in(kind, cell)}
            yield Line(sheet, cells, frozenset(any_of_them), False, everywhere, width)


def _places(headings: Sequence[str], layout: Layout) -> tuple[dict[int, str], frozenset[int]]:
    """Which columns hold identifiers, of which type; and which are not read, or for their words alone."""
    fields = {h: layout.contract.field(layout.columns[h]) for h in headings if h in layout.columns}
    kinds = {n: fields[h].identifier for n, h in enumerate(headings) if h in fields and fields[h].identifier}
    read = layout.read - set(layout.words)
    return kinds, frozenset(n for n, heading in enumerate(headings) if heading not in read)


def numbers_in(kind: str, cell: str, layout: Layout | None = None) -> tuple[str, ...]:
    """The identifiers of the type that a cell holds, in normal form: the cell itself, else what stands within it.

    With a layout, the cell is of a column that holds them.
    """
    text = cell.strip()
    if not text or text == ERASED or (layout and text in layout.nulls):
        return ()
    return _numbers(kind, text, layout is not None, layout.width_of(kind) if layout else 0)


@lru_cache(maxsize=1 << 18)
def _numbers(kind: str, text: str, is_told: bool, width: int) -> tuple[str, ...]:
    declared = IDENTIFIER_TYPES[kind]
    whole = declared.normalise(text, width)
    if not declared.shape:
        return (whole,) if is_told or any(letter.isdigit() for letter in whole) else ()
    if declared.is_shaped(whole):
        return (whole,)
    return tuple(filter(declared.is_shaped, map(declared.normalise, _TOKEN.findall(text.upper()))))


def linked(groups: Iterable[frozenset[Identity]], seeds: Collection[Identity]) -> set[Identity]:
    """The seeds and every identity that certainly goes with them, over the rows' identities.

    A number that goes with two registration numbers says nothing certain, nor does the number of a record that goes
    with two employee numbers.
    """
    goes_with: dict[Identity, set[Identity]] = defaultdict(set)
    for group in groups:
        for one in group:
            goes_with[one] |= group - {one}
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


def blanked(line: Line, gone: Collection[Identity], is_erased_person: IsErasedPerson) -> Sequence[str]:
    """The line's cells with the mark in every one where it is a gone one's; else with the mark in those of the cells
    that are not read which hold an erased number."""
    if not line.identities.isdisjoint(gone):
        return [ERASED] * (line.width or len(line.cells))
    return [
        ERASED if place in line.unread and holds_number(cell, is_erased_person) else cell
        for place, cell in enumerate(line.cells)
    ]


@lru_cache(maxsize=1 << 18)
def holds_number(text: str, is_erased_person: IsErasedPerson) -> bool:
    """True where an erased person's number stands in the text, as a word or within a longer one."""
    return _NUMBER.search(text) is not None and any(
        is_erased_person(kind, IDENTIFIER_TYPES[kind].normalise(word)) for word in _words(text) for kind in LINKED
    )


def _words(text: str) -> set[str]:
    """What in the text may be a number that someone is known by."""
    tokens = _TOKEN.findall(text.upper())
    within = [(found[1] or "", found[2] or found[0]) for token in tokens for found in _WITHIN.finditer(token)]
    shorter = {letters[start:] + digits for letters, digits in within for start in range(len(letters) + 1)}
    return shorter | {token for token in tokens if sum(map(str.isdigit, token)) >= 3}


def name_without(name: str, is_erased_person: IsErasedPerson) -> str:
    """A file's name; the mark in its place where an erased person's number stands in it."""
    if not holds_number(name, is_erased_person):
        return name
    suffix = PurePath(name).suffix
    return ERASED + ("" if holds_number(suffix, is_erased_person) else suffix)
