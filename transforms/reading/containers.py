"""What a file is before a row of it is read: its format, its safety to open, and the encoding of its text.

Everything here raises a Refusal rather than let a reader meet a file that could harm it or that it would misread.
"""

import codecs
import csv
import errno
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import PurePath, PurePosixPath
from typing import BinaryIO, NoReturn
from xml.etree import ElementTree

from schemas.findings import Finding, Refusal
from transforms.reading.extent import Extent

MAX_UNPACKED = 500_000_000  # bytes; a full Excel sheet of a million short rows stays below
MAX_RATIO = 200  # unpacked to packed; real sheets reach about 30
RATIO_MATTERS_FROM = 10_000_000
BLOCK = 1 << 20
_LONGEST_TAG = 1 << 16  # bytes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive", b"<htm": "a web page", b"<!do": "a web page"}
_TEXT_NAMES = (".csv", ".txt", ".tsv")
_EXTERNAL = {"xl/externallinks/": "links to other workbooks", "xl/connections.xml": "data connections"}


def refuse(code: str, **details: str) -> NoReturn:
    """Raise the Refusal of a finding on the whole file."""
    raise Refusal(Finding(code, details=details))


def format_of(stream: BinaryIO, name: str) -> str:
    """`csv` or `xlsx`, where the content is one of these and agrees with the name's extension.

    Raises Refusal: F001 empty, F002 content is not what the name says, F003 encrypted, F005 macros by name,
    F025 a format that we do not read.
    """
    extension = PurePath(name).suffix.lower()
    head = _head(stream)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        refuse("F001")
    found = _content(stream, head)
    if extension == ".xlsm":
        refuse("F005")
    if extension not in (*_TEXT_NAMES, ".xlsx"):
        refuse("F025")
    if (found == "an Excel workbook") != (extension == ".xlsx") or found in _FOREIGN.values():
        refuse("F002", found=found, extension=extension)
    return "xlsx" if extension == ".xlsx" else "csv"


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(4096)


def _content(stream: BinaryIO, head: bytes) -> str:
    if head.startswith(_OLE):
        stream.seek(0)
        refuse("F003" if "EncryptedPackage".encode("utf-16-le") in stream.read() else "F025")
    if head.startswith(b"PK\x03\x04"):
        return "an Excel workbook"
    start = head.lstrip().lower()
    return next((found for mark, found in _FOREIGN.items() if start.startswith(mark.lower())), "text")


def check_workbook(stream: BinaryIO) -> None:
    """Pass an .xlsx that is safe to open, after reading every part of it once.

    Raises Refusal: F003 encrypted, F004 damaged, F005 macros, F006 links or a DTD, F007 unpacks to too much,
    F025 a zip of another kind, F028 a sheet that is nearly empty, but huge.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_names(archive)
            _check_sizes(archive)
            _check_parts(archive)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, zlib.error):
        refuse("F004")
    except OSError as problem:
        if problem.errno not in (None, errno.EINVAL):  # a place outside the file is the file's fault
            raise
        refuse("F004")


def _check_names(archive: zipfile.ZipFile) -> None:
    names = {name.lower().replace("\\", "/") for name in archive.namelist()}  # some programs write their parts so
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        refuse("F003")
    if any(name.endswith("vbaproject.bin") for name in names):
        refuse("F005")
    if "xl/workbook.xml" not in names:
        refuse("F025")
    for start, found in _EXTERNAL.items():
        if any(name.startswith(start) for name in names):
            refuse("F006", found=found)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist()) or 1
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO):
        refuse("F007", unpacked=f"{unpacked / 1_000_000:,.0f}")


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Read each part to its end: a wrong checksum or length shows, a DTD in any part, and cells far from all others."""
    for entry in archive.infolist():
        is_markup = entry.filename.lower().endswith((".xml", ".rels"))
        extent = Extent()
        with archive.open(entry) as part:
            before = b""
            while block := part.read(BLOCK):
                markup = before + block.replace(b"\0", b"")
                if is_markup and b"<!DOCTYPE" in markup.upper():
                    refuse("F006", found="a document type definition (DTD)")
                tag = max(markup.rfind(b"<"), len(markup) - _LONGEST_TAG)  # the last one may go on in the next block
                extent.add(markup[:tag])
                before = markup[tag:]
        if not extent.is_plausible:
            refuse("F028", sheet=_sheet_name(archive, entry.filename), last=extent.last)


def _sheet_name(archive: zipfile.ZipFile, part: str) -> str:
    """The name of the sheet whose part it is; the part's own where the workbook does not say."""
    with suppress(KeyError, ElementTree.ParseError):
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        ids = {
            link.get("Id") for link in links if PurePosixPath("/xl", link.get("Target", "")) == PurePosixPath("/", part)
        }
        for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if sheet.tag.endswith("}sheet") and not ids.isdisjoint(sheet.attrib.values()):
                return sheet.get("name", "")
    return PurePosixPath(part).stem


def encoding_of(stream: BinaryIO) -> tuple[str, int, int]:
    """The text's encoding, and how many quotation marks and lines are in it; reads the stream once or twice.

    UTF-8 with or without a mark is `utf-8-sig`, UTF-16 is known by its mark, all else must be `cp1252`.
    Raises Refusal: F008 undecodable, F023 NUL bytes.
    """
    is_utf16 = _head(stream).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            return encoding, *_counts(_texts(stream, encoding))
        except UnicodeDecodeError:
            continue
    refuse("F008", tried="UTF-16" if is_utf16 else "UTF-8 or Windows-1252")


def _texts(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in blocks; every line ends with a line feed."""
    stream.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    while block := stream.read(BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _counts(texts: Iterable[str]) -> tuple[int, int]:
    quotes, breaks, end = 0, 0, ""
    for text in texts:
        if "\0" in text:
            refuse("F023")
        quotes, breaks, end = quotes + text.count('"'), breaks + text.count("\n"), text[-1:] or end
    return quotes, breaks + (end != "\n")


def open_quote(row: int) -> Refusal:
    """The Refusal F009 of a quotation mark that is opened in that row and swallows what follows."""
    return Refusal(Finding("F009", rows=(row,), row_count=1))


def refuse_long_line(*, has_quotes: bool) -> NoReturn:
    """Raise the Refusal of a line that never ends: F009 where a stray quote may be why, else F029."""
    if has_quotes:
        refuse("F009")
    refuse("F029", found="a cell or row without an end")


def csv_rows(stream: BinaryIO, encoding: str, delimiter: str, *, is_strict: bool = False) -> Iterator[list[str]]:
    """Every row of a CSV. Raises Refusal F009 where one is too long, and if `is_strict` where a quote stays open."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        for row in csv.reader(text, delimiter=delimiter, strict=is_strict):
            number += 1
            yield row
    except csv.Error:
        raise open_quote(number + 1) from None
    finally:
        text.detach()
