"""A file that could harm us, or that we would misread, is refused with a sentence before a row is read."""

import codecs
import io
import struct
import zipfile

import pytest

from tests.lib.files import GOOD, csv_file, plan, refused, take, with_part, workbook
from transforms.reading.containers import MAX_UNPACKED
from transforms.reading.parse import read_shape

BOOK = workbook({"Data": [list(GOOD), list(GOOD.values())]})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\r\n", b"\xff\xfe"])
@pytest.mark.parametrize("name", ["file.csv", "file.xlsx"])
def test_an_empty_file_is_refused(content: bytes, name: str) -> None:
    assert refused(content, name).sentence == "The file is empty; export it again and send the new file."


def test_a_workbook_named_csv_is_refused() -> None:
    assert refused(BOOK, "plans.csv").sentence == (
        "The file's content is an Excel workbook, but its name ends in .csv; save it as .xlsx or .csv."
    )


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"a,b\n1,2\n", "plans.xlsx", "text"),
        (b"%PDF-1.7 ...", "plans.csv", "a PDF"),
        (b"\n<!DOCTYPE html><table>", "plans.csv", "a web page"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(content: bytes, name: str, found: str) -> None:
    finding = refused(content, name)
    assert (finding.code, finding.details["found"]) == ("F002", found)


def test_an_encrypted_workbook_is_refused() -> None:
    content = OLE + "EncryptedPackage".encode("utf-16-le")
    assert refused(content, "plans.xlsx").sentence == (
        "The workbook is protected by a password; save a copy without one and send that."
    )


@pytest.mark.parametrize("name", ["plans.xls", "plans.xlsx", "plans.csv"])
def test_an_old_style_workbook_is_refused_whatever_it_is_called(name: str) -> None:
    assert refused(OLE, name).code == "F025"


@pytest.mark.parametrize("name", ["plans.pdf", "plans", "plans.ods"])
def test_a_format_that_we_do_not_read_is_refused(name: str) -> None:
    assert refused(csv_file([plan()]), name).code == "F025"


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(made.getvalue(), "plans.xlsx").code == "F025"


@pytest.mark.parametrize("kept", [100, len(BOOK) // 2, len(BOOK) - 30], ids=["start", "half", "nearly all"])
def test_a_truncated_workbook_is_refused(kept: int) -> None:
    assert refused(BOOK[:kept], "plans.xlsx").sentence == (
        "The workbook is damaged or was cut off on its way; open it in Excel and save it again, or export it again, "
        "and send the new file."
    )


def test_a_workbook_with_a_changed_byte_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    place = sheet.header_offset + 30 + len(sheet.filename) + sheet.compress_size // 2
    assert refused(BOOK[:place] + bytes([BOOK[place] ^ 0xFF]) + BOOK[place + 1 :], "plans.xlsx").code == "F004"


@pytest.mark.parametrize(
    ("content", "name"), [(with_part(BOOK, "xl/vbaProject.bin", b"macro"), "plans.xlsx"), (BOOK, "plans.xlsm")]
)
def test_a_workbook_with_macros_is_refused(content: bytes, name: str) -> None:
    assert refused(content, name).sentence == (
        "The workbook contains macros; save it as an ordinary .xlsx workbook and send that."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", " " * ((1 << 20) - 5)])
def test_a_workbook_with_a_dtd_in_any_part_is_refused(encoding: str, before: str) -> None:
    part = f"<?xml version='1.0'?>{before}<!DOCTYPE x [<!ENTITY a 'b'>]><x/>".encode(encoding)
    assert refused(with_part(BOOK, "customXml/item1.xml", part), "plans.xlsx").sentence == (
        "The workbook contains a document type definition (DTD), which we do not open;"
        " copy the values to a new workbook."
    )


@pytest.mark.parametrize("part", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml"])
def test_a_workbook_that_reaches_outside_is_refused(part: str) -> None:
    assert refused(with_part(BOOK, part, b"<x/>"), "plans.xlsx").code == "F006"


def test_a_zip_bomb_is_refused_by_its_ratio() -> None:
    bomb = with_part(BOOK, "xl/worksheets/sheet9.xml", b" " * 20_000_000)
    assert len(bomb) < 100_000
    assert refused(bomb, "plans.xlsx").sentence == (
        "The workbook would unpack to 20 MB, far more than such a file needs; export it again."
    )


def test_a_zip_bomb_is_refused_by_the_size_it_declares_without_unpacking_it() -> None:
    content = with_part(BOOK, "xl/worksheets/sheet9.xml", b"<x/>")
    place = content.rindex(b"PK\x01\x02")  # the last entry of the directory: its unpacked size stands at 24
    content = content[: place + 24] + struct.pack("<I", MAX_UNPACKED + 1) + content[place + 28 :]
    assert refused(content, "plans.xlsx").code == "F007"


ACCENTED = csv_file([plan(Plan="Größe-1")]).decode()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ACCENTED.encode(), "utf-8-sig"),
        (codecs.BOM_UTF8 + ACCENTED.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + ACCENTED.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + ACCENTED.encode("utf-16-be"), "utf-16"),
        (ACCENTED.encode("cp1252"), "cp1252"),
    ],
)
def test_text_is_read_in_every_encoding_that_excel_writes(content: bytes, encoding: str) -> None:
    assert read_shape(io.BytesIO(content), "a.csv").encoding == encoding
    taken = take(content)
    assert taken.rows() == take(ACCENTED.encode()).rows()
    assert (taken.counts.accepted, taken.codes) == (1, [])


def test_text_in_no_known_encoding_is_refused() -> None:
    assert refused(csv_file([plan()]) + b"\x81\xff\n").sentence == (
        "The text cannot be read as UTF-8 or Windows-1252; save the file as 'CSV UTF-8' and send that."
    )
    assert refused(codecs.BOM_UTF16_LE + b"a\0,\0\x00\xd8\n\0").details["tried"] == "UTF-16"


@pytest.mark.parametrize("content", [b"Plan,Line\nJP\0,1\n", "Plan,Line\nJP,1\n".encode("utf-16-le")])
def test_nul_bytes_are_refused(content: bytes) -> None:
    assert refused(content).sentence == (
        "The file contains NUL bytes, so it is not plain text; export it again as CSV UTF-8."
    )


def test_mixed_line_ends_are_read() -> None:
    lines = csv_file([plan(), plan(Line="2"), plan(Line="3")]).decode().splitlines()
    content = (lines[0] + "\r\n" + lines[1] + "\n" + lines[2] + "\r" + lines[3]).encode()
    assert [row["row_number"] for row in take(content).rows()] == [2, 3, 4]
