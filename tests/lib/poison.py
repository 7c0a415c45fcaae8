"""Files that end, fill or hold up a reader that takes them at their word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'  # the second is a date's
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="Plans &amp; people" sheetId="1" r:id="rId7"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId7" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId8" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
}


def book(sheet: str, parts: Mapping[str, str] = PARTS) -> bytes:
    """A workbook of one sheet, "Plans & people", with that XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
    return made.getvalue()


def cell(place: str, value: str = "1", style: str = "0") -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows(*cells: str) -> str:
    return "<sheetData>" + "".join(f"<row>{one}</row>" for one in cells) + "</sheetData>"


HEADINGS = "".join(
    text(f"{letter}1", name) for letter, name in zip("ABCD", ("Who", "Group", "Day", "Count"), strict=True)
)
FILLED = text("A2", "headcount") + text("B2", "All staff") + text("C2", "30/09/2026") + cell("D2", "40")

# Nearly empty sheets that reach far: F028
FAR = {
    "one value in the last cell": book(rows(cell("XFD1048576"))),
    "headings, and a value in the last cell": book(rows(HEADINGS, FILLED, cell("XFD1048576"))),
    "lower case": book(rows(HEADINGS, cell("xfd1048576"))),
    "single quotes and a prefix": book(rows(HEADINGS, "<x:c  s='0' r = 'XFD1048576'><x:v>1</x:v></x:c>")),
    "a value 40,000 rows and 1,000 columns away": book(rows(HEADINGS, FILLED, cell("ALL40000"))),
    "a diagonal": book(rows(*(cell(f"{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}{n * 100 + 1}") for n in range(600)))),
}
# What no reader foresees: F030
PANICS = {
    "a date before all time": book(rows(HEADINGS, FILLED, cell("C3", "-1e999", "1"))),
    "a date before all time in the headings": book(rows(cell("A1", "-1e999", "1"))),
    "a date before all time on its own": book(rows(HEADINGS, cell("C40", "-1e400", "1"))),
    "a last row whose cells have no place": book(
        f'<sheetData><row r="1">{HEADINGS}</row><row r="1048576">{"<c><v>1</v></c>" * 16_000}</row></sheetData>'
    ),
}
# Odd, but taken
HARMLESS = {
    "a huge dimension": book('<dimension ref="A1:XFD1048576"/>' + rows(HEADINGS, FILLED)),
    "an empty cell with a style at the end": book(rows(HEADINGS, FILLED, '<c r="XFD1048576" s="1"/>')),
    "an empty row at the end": book(
        f'<sheetData><row r="1">{HEADINGS}</row><row r="2">{FILLED}</row><row r="1048576"/></sheetData>'
    ),
}
# Lines that are no line of a table: F029
WIDE = {
    "100,000 columns": ",".join(f"h{n}" for n in range(100_000)) + "\n",
    "2,001 columns": ",".join(f"h{n}" for n in range(2_001)) + "\n" + "1," * 2_000 + "1\n",
    "a cell without an end": "x" * 5_000_000,
    "a row without an end": "1," * 2_500_000,
}


def deep(levels: int = 300_000) -> Iterator[tuple[str, bytes]]:
    """XML in XML in XML, in the sheet, the workbook and the styles."""
    nest = "<a>" * levels + "</a>" * levels
    yield "sheet", book(nest + rows(HEADINGS, FILLED))
    for name in ("xl/workbook.xml", "xl/styles.xml"):
        closing = PARTS[name].rindex("</")
        yield name, book(rows(HEADINGS, FILLED), PARTS | {name: PARTS[name][:closing] + nest + PARTS[name][closing:]})
