"""Rows come with the numbers that Excel shows, and none is lost without a word."""

import io
from collections.abc import Callable
from datetime import date

import pytest

from tests.lib.files import GOOD, PLANS, csv_file, plan, received, refused, take, workbook
from transforms.reading import parse

UNEVEN = "check for a stray comma or other delimiter, and send the file again."


def test_a_row_with_too_few_or_too_many_cells_is_told_and_later_numbers_stay_right() -> None:
    rows = [plan(Line=str(n)) for n in range(1, 6)]
    lines = csv_file(rows).decode().splitlines()
    lines[2] = "JP-1,2"
    lines[4] += ",one more"
    taken = take("\n".join(lines).encode())
    assert [row["row_number"] for row in taken.rows()] == [2, 4, 6]
    assert [finding.sentence for finding in taken.findings] == [
        f"Row 3: the row has 2 cells where the headings have 11; {UNEVEN}",
        f"Row 5: the row has 12 cells where the headings have 11; {UNEVEN}",
    ]
    assert (taken.counts.rows_in, taken.counts.accepted, taken.counts.rejected) == (5, 3, 2)


def test_a_file_of_uneven_rows_alone_is_counted() -> None:
    taken = take((",".join(GOOD) + "\nJP-1,1\nJP-1,2\n").encode())
    assert (taken.counts.rows_in, taken.counts.rejected, taken.codes) == (2, 2, ["R002"])


def test_blank_lines_and_totals_are_noise() -> None:
    lines = csv_file([plan(), plan(Line="2"), plan(Plan="Total PAs")]).decode().splitlines()
    content = "\n".join([lines[0], lines[1], "", ",,,,,,,,,,", lines[2], lines[3], "Total lines: 2", " ", ""])
    taken = take(content.encode())
    assert [row["row_number"] for row in taken.rows()] == [2, 5]
    assert (taken.counts.rows_in, taken.counts.noise, taken.codes) == (7, 5, [])


def test_a_legitimate_comment_of_several_lines_passes() -> None:
    lines = csv_file(
        [{**plan(), "Comment": '"one, two\nthree\r\n\r\nfour ""five"""'}, {**plan(Line="2"), "Comment": ""}]
    )
    taken = take(lines)
    assert [row["row_number"] for row in taken.rows()] == [2, 3]
    assert taken.codes == []


@pytest.mark.parametrize(
    "content",
    [
        '{0},\n{1},"left open\n{2},\n{3},\n',  # to the end of the file
        '{0},\n{1},"left open\n{2},\n{3},closed"\n',  # till another quotation mark
        '{0},\n{1},"left open\n{2},\n{3},a"b,c\n',  # till another, within a cell
        '{0},\n{1},"left open',  # in the last cell of the file
        '{0},\n"{1},\n{2},\n{3},\n',
    ],
)
def test_a_stray_quotation_mark_that_swallows_rows_is_refused(content: str) -> None:
    head, *rows = csv_file([plan(Line=str(n)) for n in range(1, 4)]).decode().splitlines()
    assert refused(content.format(head, *rows).replace(head + ",", head + ",Comment", 1).encode()).sentence == (
        "Row 2: a quotation mark is never closed, so rows ran together; remove the stray mark or export again."
    )


def test_a_quotation_mark_left_open_in_the_last_cell_is_refused_whatever_the_delimiter() -> None:
    content = csv_file([plan()]).replace(b",", b";").rstrip() + b'"4'
    assert take(content.replace(b'"4', b"4")).counts.accepted == 1
    assert refused(content).code == "F009"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("cells", "lines"), [("1,2{0}3,4", 3), ("1,2{0}3,4{0}", 3), ('1,"2{0}"{0}3,4', 4)])
def test_only_a_line_break_within_a_cell_makes_more_lines_than_rows(end: str, cells: str, lines: int) -> None:
    content = ("a,b{0}" + cells).format(end)
    assert parse.read_shape(io.BytesIO(content.encode()), "a.csv").lines == lines


def test_a_quotation_mark_for_inches_is_none() -> None:
    content = csv_file([{**plan(), "Comment": 'a 5" tube'}, {**plan(Line="2"), "Comment": ""}])
    assert take(content).counts.accepted == 2


def test_rows_are_numbered_alike_over_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "BLOCK_BYTES", 1 << 14)
    lines = csv_file([{**plan(Line=str(n)), "Comment": "x" * 200} for n in range(1, 20_001)]).decode().splitlines()
    lines[15_000] = "uneven"
    taken = take("\n".join(lines).encode())
    assert taken.tables["job_plan"]["row_number"].to_pylist() == [n for n in range(2, 20_002) if n != 15_001]
    assert taken.tables["job_plan"]["line_number"].to_pylist() == [n for n in range(1, 20_001) if n != 15_000]
    assert [finding.place for finding in taken.findings] == ["Row 15,001"]


def test_lines_above_and_below_the_headings_are_skipped_also_where_they_hold_line_breaks() -> None:
    layout = PLANS.model_copy(update={"metadata_rows": 2, "rows_after_header": 1})
    head, row = csv_file([plan()]).decode().splitlines()
    below = ",".join(['"What is\nthe plan?"'] * len(GOOD))
    taken = take(f'Printed,"by\nhand"\n\n{head}\n{below}\n{row}\n'.encode(), layout)
    assert [row["row_number"] for row in taken.rows()] == [5]


def test_a_headings_row_alone_gives_no_rows() -> None:
    assert take(csv_file([plan()]).splitlines()[0]).counts.rows_in == 0
    assert take(workbook({"Data": [list(GOOD)]}), name="a.xlsx").counts.rows_in == 0


def test_a_blank_heading_is_passed_over() -> None:
    lines = csv_file([plan()]).decode().splitlines()
    assert take("".join(line + ",,\n" for line in lines).encode()).counts.accepted == 1


@pytest.mark.parametrize("above", [0, 3])
def test_a_workbooks_rows_have_the_numbers_that_excel_shows(above: int) -> None:
    layout = PLANS.model_copy(update={"metadata_rows": above})
    rows = [list(GOOD), list(plan().values()), [], list(plan(Line="2", Category="=1").values())]
    taken = take(workbook({"Data": rows}, first_row=above), layout, "a.xlsx")
    assert [row["row_number"] for row in taken.rows()] == [above + 2]
    assert taken.counts.noise == 1
    assert [finding.rows for finding in taken.findings] == [(above + 4,)]


def test_a_workbooks_numbers_and_dates_are_read_as_they_are_shown() -> None:
    cells = plan() | {"Line": 1, "GMC": 9999901, "Start": date(2026, 4, 1), "PAs": 1.25, "Research": True}
    taken = take(workbook({"Data": [list(cells), list(cells.values())]}), name="a.xlsx")
    (row,) = taken.rows()
    assert (row["line_number"], row["planned_pas"], row["is_research"]) == (1, 1.25, True)
    assert row["plan_start_date"] == date(2026, 4, 1)
    assert row["registration_key"] == take(csv_file([plan()])).rows()[0]["registration_key"]
    assert taken.codes == []


LINES = csv_file([{**plan(Line=str(n)), "Comment": "", "Extra": ""} for n in range(1, 5)]).decode().splitlines()
WITH_END = PLANS.model_copy(update={"ignore": ("Comment", "Extra")})


@pytest.mark.parametrize(
    ("change", "accepted", "codes"),
    [
        ({}, 4, []),
        ({1: lambda row: row + ","}, 4, ["W023"]),
        (dict.fromkeys(range(1, 5), lambda row: row + ",, "), 4, ["W023"]),
        ({2: lambda row: row + ",x"}, 3, ["R002"]),  # something would be lost
        ({1: lambda row: row + ",", 3: lambda row: row + ",x"}, 3, ["R002", "W023"]),
        (dict.fromkeys(range(1, 5), lambda row: row.rstrip(",")), 4, ["W023"]),  # as Excel writes the later rows
        ({4: lambda row: row.rsplit(",", 8)[0]}, 3, ["R002"]),  # what must be filled is not there
        (
            {3: lambda row: row.replace("Dental", "Den\ntal")},
            3,
            ["R002", "R002"],
        ),  # a line break that cuts a row in two
        ({0: lambda row: row + ",,"}, 4, ["W023"]),  # the headings have more
    ],
)
def test_empty_cells_at_the_end_are_cut_or_filled_and_told_once(
    change: dict[int, Callable[[str], str]], accepted: int, codes: list[str]
) -> None:
    lines = [change.get(number, str)(line) for number, line in enumerate(LINES)]
    taken = take("\n".join(lines).encode(), WITH_END)
    assert (taken.counts.accepted, taken.codes) == (accepted, codes)
    assert [row["line_number"] for row in taken.rows()] == sorted(row["line_number"] for row in taken.rows())


WITH_COMMENT = ["Plan,Line,Employee,State,Category,Comment,PAs,Hours"] + [
    f"JP-{n},1,00012{n},signed_off,SPA,{comment},{pas}," for n, comment, pas in ((1, "fine", 1), (2, "", 2), (3, "", 3))
]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("JP-9,1,000129,signed_off,SPA,room 5, 2,1.5,", ["R002"]),  # 2 PAs and 1.5 hours, if it were cut
        ("JP-9,1,000129,signed_off,SPA,early, late,1.5,", ["R002"]),
        ("JP-9,1,000129,signed_off,SPA,early, 5, 6,,", ["R002"]),
        ("JP-9,1,000129,signed_off,SPA,early,1.5,,", ["W023"]),
        ("JP-9,1,000129,signed_off,SPA,,1.5,, ", ["W023"]),
    ],
)
@pytest.mark.parametrize("place", [1, 4])
def test_a_comma_amid_a_row_refuses_it_though_its_last_cell_is_empty(line: str, codes: list[str], place: int) -> None:
    """Taken as one empty cell too many at the end, its numbers would stand in other columns than theirs."""
    layout = PLANS.model_copy(update={"optional": tuple(PLANS.columns)})
    taken = received("\n".join([*WITH_COMMENT[:place], line, *WITH_COMMENT[place:]]).encode(), layout)
    assert taken.codes == codes
    assert {row["planned_hours"] for row in taken.rows()} == {None}


def test_evened_rows_keep_their_places_over_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr(parse, "CHUNK_ROWS", 500)
    rows = csv_file([{**plan(Line=str(n)), "Comment": "x" * 50} for n in range(1, 4_001)]).decode().splitlines()
    lines = [line + "," * (number % 3 == 0) for number, line in enumerate(rows)]
    table = take("\n".join([rows[0], *lines[1:]]).encode()).tables["job_plan"]
    assert table["row_number"].to_pylist() == [n + 1 for n in table["line_number"].to_pylist()] == list(range(2, 4_002))


@pytest.mark.parametrize("blank", [" , , , , , , , , , , ", "\t,\u00a0,,,,,,,,,", " ,,,,,,,,,,", " ", ""])
def test_rows_of_spaces_are_noise(blank: str) -> None:
    head, row = csv_file([plan()]).decode().splitlines()
    taken = take(f"{head}\n{blank}\n{row}\n{blank}\n".encode())
    assert (taken.counts.accepted, taken.counts.noise, taken.codes) == (1, 2, [])


COMMENTS = {
    "a list of names": "Co-applicants:\nA, B, C, D, E, F, G, H, I, J, K, L, M",
    "many lines of many commas": "one\n" + "two, three, four,,,,,,,,,,,,\n" * 4,
    "a table of words": "a,b,c,d,e,f,g,h,i,j,k,l\nm,n,o,p,q,r,s,t,u,v,w,x",
    "quotation marks": 'he said ""no, never""\nand ""yes,,,,,,,,,,,,""',
}


@pytest.mark.parametrize("comment", COMMENTS.values(), ids=COMMENTS)
def test_a_well_quoted_comment_refuses_nothing_whatever_stands_in_it(comment: str) -> None:
    rows = [{**plan(), "Comment": f'"{comment}"'}, {**plan(Line="2"), "Comment": ""}]
    taken = take(csv_file(rows))
    assert (taken.counts.accepted, taken.codes) == (2, [])


@pytest.mark.parametrize("opened", [3, 700])
def test_the_row_in_which_a_quotation_mark_stays_open_is_named(opened: int) -> None:
    rows = [{**plan(Line=str(n)), "Comment": ""} for n in range(1, 1001)]
    rows[opened]["Comment"] = '"left open'
    rows[opened + 2]["Comment"] = 'closed"'
    assert refused(csv_file(rows)).rows == (opened + 2,)
