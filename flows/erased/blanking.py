"""One file and the erased people in it: what it holds of them, and the same file with their rows blanked."""

from __future__ import annotations

import hashlib
import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.workbooks.sheets import new_workbook
from schemas.findings import Refusal
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from transforms.reading.containers import MAX_UNPACKED
from transforms.reading.parse import Shape, identify, read_shape
from transforms.reading.people import Identity, IsErasedPerson, Line, blanked, byte_mark, holds_loose, lines, linked
from transforms.reading.shape import open_workbook, sheet_rows
from warehouse.db.files import flush, move


@dataclass(frozen=True)
class FileInspection:
    """What a file holds of erased people: rows to blank, rows blanked before, and every identity of those people."""

    shape: Shape
    layout: Layout | None
    gone: frozenset[Identity]
    row_count: int
    blanked_count: int
    is_touched: bool  # there is something to blank, in a row or in a cell


def look(
    file: Path, name: str, rules: Rulebook, is_erased_person: IsErasedPerson, layout: str = ""
) -> FileInspection | None:
    """What the file holds; None where it cannot be looked into.

    `name` gives the format, `layout` is `dataset/name` as the ledger has it; else the headings tell.
    """
    with file.open("rb") as stream:
        try:
            shape = read_shape(stream, name)
            reader = layout_of(shape, rules, layout)
            seeds: set[Identity] = set()
            is_loose, before = False, 0
            for line in lines(stream, shape, reader):
                before += line.is_erased
                seeds |= {one for one in line.identities if is_erased_person(*one)}
                is_loose = is_loose or holds_loose(line, is_erased_person)
            sure = linked(lambda: (one.identities for one in lines(stream, shape, reader) if one.is_sure), seeds)
            rows = sum(not one.identities.isdisjoint(sure) for one in lines(stream, shape, reader)) if sure else 0
        except Refusal:
            return None
    return FileInspection(shape, reader, frozenset(sure), rows, before, is_loose or bool(sure))


def layout_of(shape: Shape, rules: Rulebook, said: str) -> Layout | None:
    """The layout `said` as `dataset/name`, else the one that the headings tell; None where neither is one of ours."""
    dataset, _, name = said.partition("/")
    try:
        return rules.layout(dataset, name) if said else identify(shape, rules)
    except (KeyError, Refusal):
        return None


def blank(file: Path, found: FileInspection, is_erased_person: IsErasedPerson) -> bool:
    """Replace the file by one in which the erased rows are blanked; False where its format cannot be kept faithfully,
    and the file stays as it is. Raises OSError."""
    draft = file.with_name(f".incoming-{os.getpid()}")
    write = _write_csv if found.shape.format == "csv" else _write_workbook
    try:
        with file.open("rb") as stream:
            after = (
                blanked(line, found.gone, is_erased_person, found.shape.delimiter)
                for line in lines(stream, found.shape, found.layout)
            )
            if not write(draft, after, found.shape, byte_mark(stream, found.shape.encoding)):
                return False
        flush(draft)
        mode = file.stat().st_mode
        file.chmod(0o600)  # Windows replaces no read-only file
        draft.chmod(mode)
        move(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _write_csv(draft: Path, after: Iterator[Line], _: Shape, begins: tuple[bytes, str]) -> bool:
    mark, codec = begins
    with draft.open("wb") as target:
        target.write(mark)
        for line in after:
            target.write(line.raw.encode(codec))
    return True


def _write_workbook(draft: Path, after: Iterator[Line], shape: Shape, _: tuple[bytes, str]) -> bool:
    sheets: dict[str, list[Sequence[object]]] = {name: [] for name in shape.sheets}
    for line in after:
        sheets[line.sheet].append(line.cells)
    with new_workbook(draft) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    with draft.open("rb") as stream:
        written = open_workbook(stream)
        return all(_is_same(rows, sheet_rows(written, name)) for name, rows in sheets.items())


def _is_same(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]]) -> bool:
    """The same cells of the same kinds at the same places, but for empty ones at the end of rows and sheet."""
    one, other = _trimmed(before), _trimmed(after)
    return list(map(len, one)) == list(map(len, other)) and all(
        _is_cell(a, b) for row, again in zip(one, other, strict=True) for a, b in zip(row, again, strict=True)
    )


def _trimmed(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    trimmed: list[list[object]] = []
    for row in rows:
        filled = [place for place, cell in enumerate(row, 1) if cell != ""]
        trimmed.append(list(row[: max(filled, default=0)]))
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _is_cell(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-15)  # a workbook's writer keeps 16 digits
    return type(one) is type(other) and one == other


def holds(file: Path, numbers: Sequence[str], *, within: bool) -> bool:
    """Do the file's bytes, or those of a zip's members, hold one of the numbers, as text of 8 or 16 bits a character?

    `within` finds a number within a longer one too. A zip that unpacks to too much is not unpacked.
    """
    edge = (b"", b"") if within else (rb"(?<![0-9A-Za-z])", rb"(?![0-9A-Za-z])")
    forms = {re.escape(number.encode(codec)) for number in numbers for codec in ("utf-8", "utf-16-le", "utf-16-be")}
    pattern = re.compile(edge[0] + b"(?:" + b"|".join(sorted(forms)) + b")" + edge[1], re.IGNORECASE)
    return any(pattern.search(content) for content in _contents(file))


def _contents(file: Path) -> Iterator[bytes]:
    yield file.read_bytes()
    unreadable = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)
    with suppress(*unreadable), zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) <= MAX_UNPACKED:
            for entry in archive.infolist():
                yield archive.read(entry)


def sha256(file: Path) -> str:
    """SHA-256 of the file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
