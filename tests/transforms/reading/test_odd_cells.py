"""What Excel shows in a cell is what is read of it: errors, formulas without a result, percentages, leading zeros."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from tests.lib import poison
from tests.lib.files import workbook
from transforms.reading import odd_cells
from transforms.reading.shape import cell_text, open_workbook, read_shape, sheet_rows

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
NEVER = "#NEVER_CALCULATED!"
FORMS = ("0.0%", "00000000", '0.0"%"', r"0.0\%", "[Red]0%;[Blue]-0%", "0.00", "General_%", "0000000;@")
STYLES = (
    "<numFmts>"
    + "".join(
        f'<numFmt numFmtId="{n}" formatCode="{form.replace(chr(34), "&quot;")}"/>' for n, form in enumerate(FORMS, 164)
    )
    + "</numFmts><cellXfs>"
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 9, 10, *range(164, 164 + len(FORMS))))
    + "</cellXfs>"
)


def read(sheet: str, workbook_part: str = "", namespace: str = poison.MAIN) -> list[list[str]]:
    """The sheet's cells as they are read."""
    parts = {
        name: text.replace(poison.STYLES, STYLES).replace(poison.MAIN, namespace) for name, text in poison.PARTS.items()
    }
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", f"{workbook_part}<sheets>")
    book = io.BytesIO(poison.book(f"<sheetData>{sheet}</sheetData>", parts))
    return [[cell_text(cell) for cell in row] for row in sheet_rows(open_workbook(book), "Plans & people")]


@pytest.mark.parametrize(
    "error",
    [
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#BUSY!",
    ],
)
def test_an_error_is_read_as_such(error: str) -> None:
    """Of some the reader makes a blank, of others a damaged file."""
    assert read(f'<row r="1"><c r="A1" t="e"><f>1/0</f><v>{error}</v></c><c r="B1"><v>2</v></c></row>') == [
        [error, "2"]
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='A1' t='e'><v>#N/A</v></c>", "#N/A"),
        ('<c r = "A1"\n t = "e">\n<v xml:space="preserve">#N/A</v>\n</c>', "#N/A"),
        ('<x:c r="A1" t="e"><x:v>#N/A</x:v></x:c>', "#N/A"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="e"></c>', "#ERROR!"),
        ('<c r="A1"><f>1+1</f></c>', NEVER),
        ('<c r="A1"><f>1+1</f><v/></c>', NEVER),
        ('<c r="A1"><f>1+1</f><v></v></c>', NEVER),
        ('<c r="A1" s="1"><f>1+1</f></c>', NEVER),
        ('<c r="A1" t="str"><f>B1</f></c>', NEVER),
        ('<c r="A1"><f t="shared" si="0"/></c>', NEVER),
        ('<c r="A1" t="b"><f>1=1</f></c>', NEVER),
        ('<c r="A1"><f t="array" ref="A1">SUM(B1)</f></c>', NEVER),
        ('<x:c r="A1"><x:f>1+1</x:f></x:c>', NEVER),
        ('<c r="A1" t="str"><f>IF(1,"",2)</f><v></v></c>', ""),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1"><f>1-1</f><v>0</v></c>', "0"),
        ('<c r="A1" s="0"/>', ""),
        ('<c r="A1" t="inlineStr"><is><t>&lt;f&gt; "e"</t></is></c>', '<f> "e"'),
    ],
)
def test_a_cell_is_read_however_it_is_written(cell: str, text: str) -> None:
    first = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    second = f'<row r="2">{cell.replace("A1", "A2")}<c r="B2"><v>7</v></c></row>'
    assert read(first + second) == [["1", "2"], [text, "7"]]


def test_where_the_program_that_wrote_it_leaves_results_to_excel_a_nought_is_no_result() -> None:
    cells = '<row r="1"><c r="A1"><f>B1</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1"><f>1+1</f><v>2</v></c></row>'
    assert read(cells) == [["0", "0", "2"]]
    assert read(cells, '<calcPr calcId="1" fullCalcOnLoad="1"/>') == [[NEVER, "0", "2"]]


@pytest.mark.parametrize("namespace", [poison.MAIN, STRICT])
def test_a_number_is_read_as_its_format_shows_it(namespace: str) -> None:
    styles = "".join(f'<c s="{style}"><v>0.241</v></c>' for style in range(11))
    assert read(f"<row>{styles}</row>", namespace=namespace) == [
        ["0.241", "24.1%", "24.1%", "24.1%", "0.241", "0.241", "0.241", "24.1%", "0.241", "0.241", "0.241"]
    ]
    zeros = (
        '<c s="4"><v>123451</v></c><c s="10"><f>1</f><v>121</v></c><c s="4"><v>-5</v></c><c s="4"><v>123456789</v></c>'
    )
    assert read(f"<row>{zeros}</row>", namespace=namespace) == [["00123451", "0000121", "-5", "123456789"]]


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("00000000", 123451, "00123451"),
        ("0000000", 123456789, "123456789"),
        ('"0"00000', 121, "000121"),
        ('"E"00000', 121, "E00121"),
        (r"\C0000000", 1234567, "C1234567"),
        ("00-00-00", 121, "00-01-21"),
        ("000000-0", 12345671, "1234567-1"),
        ('[$-809]000"-"0', 21, "002-1"),
        ('00" PA"', 2, "02"),
        ("0 000", 12, "0012"),
        ("0,000", 12, ""),
        ("00.0", 12, ""),
        ("#00", 12, ""),
        ("0E+00", 12, ""),
        ("0", 12, ""),
        ("General", 12, ""),
    ],
)
def test_a_number_that_a_format_fills_up_is_read_with_all_that_it_shows(form: str, number: int, shown: str) -> None:
    """An employee number 121 shown as 000121 or E00121 is that of another person than 00121."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("One").write_number(0, 0, number, book.add_format({"num_format": form}))
    ((cell,),) = sheet_rows(open_workbook(made), "One")
    assert cell_text(cell) == (shown or str(number))


@pytest.mark.parametrize(
    ("value", "shown"), [("2.9999999999999999E-2", "3%"), ("0", "0%"), ("-0.05", "-5%"), ("1", "100%")]
)
def test_a_percentage_is_read_without_the_rounding_of_its_storage(value: str, shown: str) -> None:
    assert read(f'<row><c s="1"><v>{value}</v></c></row>') == [[shown]]


def test_an_odd_cell_is_found_wherever_the_xml_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 40)
    )
    monkeypatch.setattr(odd_cells, "_BEFORE_ROWS", 200)
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr(odd_cells, "_BLOCK", size)
        assert read(rows) == [["#N/A", str(n)] for n in range(1, 40)]


def test_a_workbook_without_odd_cells_is_read_as_it_is() -> None:
    book = io.BytesIO(workbook({"One": [["a", "b"], [1, 2]]}))
    assert odd_cells.odd_cells_as_text(book) is book


def test_a_number_of_more_digits_than_excel_keeps_is_no_whole_number() -> None:
    assert [cell_text(number) for number in (123456789012345.0, 1234567890123456.0)] == [
        "123456789012345",
        "1.23456789012346e+15",
    ]


def test_a_workbook_says_from_when_it_counts_its_days() -> None:
    for text, is_1904 in (("", False), ('<workbookPr date1904="1"/>', True), ("<workbookPr date1904='true'/>", True)):
        parts = {
            **poison.PARTS,
            "xl/workbook.xml": poison.PARTS["xl/workbook.xml"].replace("<sheets>", f"{text}<sheets>"),
        }
        assert read_shape(io.BytesIO(poison.book(poison.rows(poison.HEADINGS), parts)), "a.xlsx").is_1904 is is_1904
