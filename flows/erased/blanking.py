"""One file and the erased people in it: what it holds of them, and the same file without them."""

import csv
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.workbooks.sheets import new_workbook
from schemas.findings import Refusal
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from transforms.reading.containers import MAX_UNPACKED
from transforms.reading.parse import Shape, identify, read_shape
from transforms.reading.people import Identity, IsErasedPerson, blanked, lines, linked
from warehouse.db.files import replacing, sha256

LONG = 6  # a shorter number in a file's bytes may be anything


@dataclass(frozen=True)
class FileInspection:
    """What a file holds of erased people: rows to blank, rows blanked before, and every identity of those people
    (`gone`) among all that are in it."""

    shape: Shape
    layout: Layout | None
    everyone: frozenset[Identity]
    gone: frozenset[Identity]
    row_count: int
    blanked_count: int
    is_touched: bool  # there is something to blank, in a row or in a cell


def inspect(
    file: Path, name: str, rules: Rulebook, is_erased_person: IsErasedPerson, layout: str = ""
) -> FileInspection | None:
    """What the file holds, found in one pass over its rows; None where they cannot be read.

    `name` gives the format, `layout` is `dataset/name` as the ledger has it; else the headings tell.
    """
    groups: Counter[tuple[bool, frozenset[Identity]]] = Counter()
    before, is_loose = 0, False
    with file.open("rb") as stream, suppress(Refusal):
        shape = read_shape(stream, name)
        reader = layout_of(shape, rules, layout)
        for line in lines(stream, shape, reader):
            groups[line.is_sure, line.identities] += 1
            before += line.is_erased
            is_loose = is_loose or blanked(line, (), is_erased_person) != line.cells
        everyone = frozenset(one for _, group in groups for one in group)
        seeds = {one for one in everyone if is_erased_person(*one)}
        gone = frozenset(linked((group for is_sure, group in groups if is_sure), seeds) if seeds else ())
        rows = sum(count for (_, group), count in groups.items() if not group.isdisjoint(gone))
        return FileInspection(shape, reader, everyone, gone, rows, before, is_loose or rows > 0)
    return None


def layout_of(shape: Shape, rules: Rulebook, recorded: str) -> Layout | None:
    """The layout `recorded` as `dataset/name`, else the one that the headings tell, where it stands in the file; None
    where neither fits."""
    dataset, _, name = recorded.partition("/")
    try:
        return identify(shape, rules, dataset=dataset, layout=name)
    except Refusal:
        return None


def clean_file(
    file: Path, found: FileInspection | None, is_erased_person: IsErasedPerson, numbers: Sequence[str] = ()
) -> str:
    """Replace the file by one without the erased people; its SHA-256 then, "" where it may still hold them.

    `numbers` are the person's, where they are known: they are looked for in its bytes too. Raises OSError.
    """
    from xlsxwriter.exceptions import XlsxWriterException

    asked = [number for number in numbers if found is None or len(number) >= LONG]
    is_touched = found.is_touched if found else not numbers  # what cannot be read may hold those known by hashes alone
    is_clean = not is_touched and not holds(file, asked, within=found is None)
    if found and not is_clean:
        with suppress(XlsxWriterException):  # a sheet's name that Excel would not take
            _rewrite(file, found, is_erased_person)
            is_clean = not holds(file, asked, within=False)
    return sha256(file) if is_clean else ""


def _rewrite(file: Path, found: FileInspection, is_erased_person: IsErasedPerson) -> None:
    """Replace the file by the cells that are read from it, as text, with the mark in place of what is erased."""
    write = _write_csv if found.shape.format == "csv" else _write_workbook
    with replacing(file, file.stat().st_mode) as draft:
        with file.open("rb") as stream:
            rows = lines(stream, found.shape, found.layout)
            write(draft, found.shape, ((row.sheet, blanked(row, found.gone, is_erased_person)) for row in rows))
        file.chmod(0o600)  # Windows replaces no read-only file


def _write_csv(draft: Path, shape: Shape, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
    with draft.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, delimiter=shape.delimiter, lineterminator="\n").writerows(cells for _, cells in rows)


def _write_workbook(draft: Path, shape: Shape, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
    places: Counter[str] = Counter()
    with new_workbook(draft, is_1904=shape.is_1904) as book:
        sheets = {name: book.add_worksheet(name) for name in shape.sheets}
        for name in shape.visible:
            sheets[name].activate()  # one that is active cannot be hidden
        for name in shape.hidden:
            sheets[name].hide()
        for name, cells in rows:
            for place, cell in enumerate(cells):
                if cell:
                    sheets[name].write_string(places[name], place, cell)
            places[name] += 1


def holds(file: Path, numbers: Sequence[str], *, within: bool) -> bool:
    """Do the file's bytes, or those of a zip's members, hold one of the numbers, as text of 8 or 16 bits a character?

    `within` finds a number within a longer one too. A zip that unpacks to too much is not unpacked.
    """
    if not numbers:
        return False
    edge = (b"", b"") if within else (rb"(?<![0-9])", rb"(?![0-9])")
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
