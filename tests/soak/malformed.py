"""Malformed files from a seed: whatever is taken of one says what an independent reader finds in that very row."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
import resource
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import xlsxwriter

from schemas.findings import Refusal
from schemas.layouts import Layout
from tests.lib.files import Taken, received
from tests.soak.home import Tally

Row = Sequence[str]
Rows = dict[int, Row]  # the cells of each row, by the number that Excel shows

COUNTS = Layout(
    name="counts",
    dataset="population",
    title="Counts",
    evidence="made up for tests",
    date_formats=("%d/%m/%Y", "%Y-%m-%d"),
    columns={"Who": "population_code", "Group": "staff_group_code", "Day": "snapshot_date", "Count": "people_count"},
)
HEAD = ("Who", "Group", "Day", "Count")
GROUPS = {"Medical and Dental": "medical_and_dental", "Nursing and Midwifery": "nursing_and_midwifery"}
GROUP_CODES = {name.lower(): code for name, code in GROUPS.items()}
ODD = (
    "",
    "-",
    "=1+1",
    "1e3",
    "1,000",
    "NaN",
    "inf",
    "-5",
    "1.0",
    "00012",
    "31/02/2026",
    "é",
    "\u00a012",
    "24.1%",
    "1.2E+03",
    "#N/A",
    "####",
    "\u22125",
    "a\x00b",
    '"',
)
ABOVE = (["Headcount by group"], [], ["Printed on", "30/09/2026"], ["", "As known", "", ""])
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)


def malformed(_: Path, times: int, draw: random.Random) -> Tally:
    """Half of them CSV and half workbooks, each broken in a few ways that people and systems break them."""
    tally, refused, slowest = Tally("malformed files"), 0, 0.0
    for number in range(times):
        make, read, name = (_csv, _read_csv, "f.csv") if number % 2 else (_workbook, _read_workbook, "f.xlsx")
        content = make(draw)
        tally.tried += 1
        began = time.monotonic()
        try:
            taken = received(content, COUNTS, name)
        except Refusal:
            refused += 1
        except Exception:
            tally.stuck += 1
        else:
            slowest = max(slowest, time.monotonic() - began)
            _compare(tally, taken, read, content)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    tally.note = f"{refused} refused whole, slowest {slowest:.1f} s, at most {most} MB"
    return tally


def _compare(tally: Tally, taken: Taken, read: Callable[[bytes], Rows], content: bytes) -> None:
    """Count rows that were taken with another content, and rows that are not accounted for."""
    if "population" not in taken.tables:
        return
    try:
        rows = read(content)
    except (csv.Error, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, ValueError, KeyError):
        tally.torn += 1  # taken, where an independent reader finds it broken
        return
    staged = taken.tables["population"].to_pylist()
    numbers = [row["row_number"] for row in staged]
    tally.doubled += len(numbers) - len(set(numbers))
    tally.torn += sum(not _is_same(rows.get(row["row_number"], ()), row) for row in staged)
    filled = sum(any(cell.strip() for cell in row) for row in rows.values())
    reported = taken.counts.accepted + taken.counts.rejected + taken.counts.noise
    tally.lost += max(0, filled - reported)


def _is_same(cells: Row, row: dict[str, object]) -> bool:
    """True where the staged row says what the cells say."""
    if len(cells) < len(HEAD):
        return False
    who, group, day, count = (cell.strip() for cell in cells[: len(HEAD)])
    return (
        row["population_code"] == who.lower()
        and row["staff_group_code"] == GROUP_CODES.get(group.lower())
        and row["snapshot_date"] == _day(day)
        and (row["people_count"] is None or float(str(row["people_count"])) == float(count.replace(",", "")))
    )


def _day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _good(draw: random.Random) -> list[list[str]]:
    return [
        ["headcount", draw.choice([*GROUPS]), f"{draw.randrange(1, 29):02}/09/2026", str(draw.randrange(10_000))]
        for _ in range(draw.randrange(1, 30))
    ]


def _above(draw: random.Random) -> list[list[str]]:
    return [draw.choice(ABOVE) for _ in range(draw.choice([0, 0, 1, 4]))]


def _head(draw: random.Random) -> list[str]:
    change = draw.choice([str, str, str.upper, str.lower, lambda heading: f"\ufeff {heading}\u200b"])
    return [change(heading) for heading in HEAD]


def _csv(draw: random.Random) -> bytes:
    """A CSV with a few faults in its cells, rows, quotes, line ends, encoding or bytes."""
    rows = _good(draw)
    for _ in range(draw.randrange(4)):
        _spoil(rows, draw)
    if draw.random() < 0.2:
        rows.insert(draw.randrange(len(rows)), list(HEAD))
    encoding = draw.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    content = bytearray(_csv_text(rows, draw).encode(encoding, "replace"))
    for _ in range(draw.choice([0, 0, 1, 3])):
        place = draw.randrange(len(content))
        fault = draw.randrange(3)
        if fault == 0:
            content[place : place + 1] = draw.choice([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b""])
        elif fault == 1:
            content[place] ^= 1 << draw.randrange(8)
        else:
            del content[len(content) - draw.randrange(1, 20) :]
    return bytes(content)


def _spoil(rows: list[list[str]], draw: random.Random) -> None:
    row, fault = draw.choice(rows), draw.randrange(4)
    if fault == 0 and row:
        row[draw.randrange(len(row))] = draw.choice(ODD)
    elif fault == 1:
        row.append(draw.choice(ODD))
    elif fault == 2 and row:
        row.pop()
    else:
        rows.insert(draw.randrange(len(rows)), [])


def _csv_text(rows: Sequence[Row], draw: random.Random) -> str:
    text, delimiter = io.StringIO(), draw.choice(",,,;\t|")
    ends, quoting = draw.choice(["\n", "\r\n"]), draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(text, lineterminator=ends, quoting=quoting, delimiter=delimiter)
    text.write(f"sep={delimiter}{ends}" * (draw.random() < 0.1))
    end = [""] * draw.choice([0, 0, 0, 1, 3])
    writer.writerows([*_above(draw), _head(draw), *([*row, *end] for row in rows)])
    return text.getvalue()


def _read_csv(content: bytes) -> Rows:
    """The rows below the headings as Python's own reader finds them, by record, with whatever delimiter finds them."""
    text = _decoded(content)
    for delimiter in ",;\t|":
        records: Rows = dict(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
        if rows := _below(records):
            return rows
    return {}


def _below(records: Rows) -> Rows:
    """The rows below the first that holds the headings, save those that hold them again."""
    heads = [n for n, row in records.items() if tuple(map(_plain, row[:4])) == tuple(map(_plain, HEAD))]
    return {n: row for n, row in records.items() if n > heads[0]} if heads else {}


def _plain(heading: str) -> str:
    return heading.strip("\ufeff\u200b ").lower()


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _workbook(draw: random.Random) -> bytes:
    """A workbook with cells of every kind, gaps between rows and columns, and now and then a damaged byte."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy"}) as book:
        if draw.random() < 0.2:
            book.add_worksheet("Cover").write_row(0, 0, ["Read me", "please"])
        sheet = book.add_worksheet("Data")
        for place, line in enumerate(above := [*_above(draw), _head(draw)]):
            sheet.write_row(place, 0, line)
        place = len(above)
        for row in _good(draw):
            place += draw.choice([0, 0, 0, 1, 5])
            sheet.write_row(place, 0, _cells_of(row, draw))
            place += 1
    content = bytearray(made.getvalue())
    for _ in range(draw.choice([0, 0, 0, 1, 2])):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    return bytes(content)


def _cells_of(row: Sequence[str], draw: random.Random) -> list[object]:
    cells: list[object] = [*row]
    if draw.random() < 0.3:
        cells[draw.randrange(4)] = draw.choice([*ODD[:12], True, 1.5, -0.0, 1e15, None])
    if draw.random() < 0.5:
        cells[2] = datetime.strptime(row[2], "%d/%m/%Y")
    if draw.random() < 0.5 and cells[3] == row[3]:
        cells[3] = int(row[3])
    return cells


def _read_workbook(content: bytes) -> Rows:
    """The rows of the last sheet, read from its XML: shared texts, numbers, dates by the column that holds days."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = ["".join(one.itertext()) for one in _xml(archive, "xl/sharedStrings.xml").iter(f"{MAIN}si")]
        rows: Rows = {}
        last = max(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        for row in _xml(archive, last).iter(f"{MAIN}row"):
            cells = ["", "", "", ""]
            for place, text in _cells(row, texts):
                cells[place] = _as_day(text) if place == 2 and re.fullmatch(r"\d{5}(\.0)?", text) else text
            rows[int(row.attrib["r"])] = cells
    return _below(rows)


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))


def _cells(row: ElementTree.Element, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    for cell in row.iter(f"{MAIN}c"):
        value = cell.findtext(f"{MAIN}v", "")
        place = ord(cell.attrib["r"][0]) - ord("A")
        yield place, texts[int(value)] if cell.get("t") == "s" else value


def _as_day(number: str) -> str:
    return f"{EPOCH + timedelta(days=float(number)):%d/%m/%Y}"
