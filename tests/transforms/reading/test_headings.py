"""A row is taken for headings only where that is certain; what stands below it is told by what it is."""

import io
from collections.abc import Callable

import pytest

from schemas.findings import Refusal
from schemas.submissions import ERASED
from tests.lib.files import GOOD, PLANS, RULES, csv_file, plan, received, workbook
from transforms.reading.headings import as_declared, question_texts, rows_below
from transforms.reading.parse import UnknownLayout, identify, read_shape
from transforms.reading.shape import Shape


def shape_of(text: str) -> Shape:
    return read_shape(io.BytesIO(text.encode()), "export.csv")


LISTS = "Lack of time;No backfill;No funds;No skills;No software;No mentor;"
FORMS = [
    f"{n},9/4/26 10:03:22,9/4/26 10:09:41,jane{n}@example.invalid,Jane Made-Up,{LISTS}" for n in range(1, 4)
]  # a comma CSV whose cells list what was ticked
SPEECH = '"Time, mostly; and money, and, well, everything"'


@pytest.mark.parametrize(
    ("text", "delimiter", "headings"),
    [
        ("\n".join(["ID,Start time,Completion time,Email,Name,What stops you?", *FORMS]), ",", 6),
        ("\n".join(["ID,Start time,Completion time,Email,Name,What stops you?", FORMS[0]]), ",", 6),
        ("\n".join(["Forms export; September 2026; draft", "ID,Start,End,Email,Name,What stops you?", *FORMS]), ",", 6),
        ("Ref;Started;Share\nA-1;01/04/2026;7,5\nA-2;02/04/2026;1,25\n", ";", 3),
        ("Ref;Notes, if any;Started\nA-1;one, two, three, four;01/04/2026\nA-2;,,,,;02/04/2026\n", ";", 3),
        (f"Ref\tStarted\tWhy\nA-1\t01/04/2026\t{LISTS}\nA-2\t02/04/2026\t{SPEECH}\n", "\t", 3),
        ("Ref|Started|Why\nA-1|01/04/2026|a,b,c,d,e\nA-2|02/04/2026|a,b,c,d,e\n", "|", 3),
        ("sep=;\nRef;Started\nA-1;01/04/2026\n", ";", 2),
        ('"sep=,",\nRef,Started\nA-1,01/04/2026\n', ",", 2),
        ("sep=\t\nRef\tStarted\nA-1\t01/04/2026\n", "\t", 2),
        ("Staff in post, by grade, as printed\n\nRef,Started,Grade\nA-1,01/04/2026,x\n", ",", 3),
    ],
)
def test_the_delimiter_is_the_one_of_the_headings_whatever_the_cells_list(
    text: str, delimiter: str, headings: int
) -> None:
    shape = shape_of(text)
    assert shape.delimiter == delimiter
    with pytest.raises(UnknownLayout) as unknown:
        identify(shape, RULES)
    assert len(unknown.value.headed.headings) == headings


@pytest.mark.parametrize(
    "rows",
    [
        FORMS,  # an e-mail address, a day with a time
        [row.replace(",", ";", 5) for row in FORMS],
        ["Jane Made-Up,Nurse,Leeds,yes,9999901"],  # a number that someone is known by
        ["Jane Made-Up,Nurse,Leeds,yes,98A1234E"],
        ["Jane Made-Up,Nurse,Leeds,yes,07700 900123"],
        ["Jane Made-Up,Nurse,Leeds,yes,no"],  # nothing that tells it from headings
        ["Jane Made-Up,Nurse,Leeds,yes,no", "Ravi Made-Up,Nurse,York,no,no"],
        [
            "Jane Made-Up,Nurse,Leeds,unknown",
            "Ravi Made-Up,Nurse,York,2026-04-01",
            "Ann Made-Up,Doctor,York,2026-04-02",
        ],
        ["Staff survey", "Jane Made-Up,Nurse,01/04/2026,3", "Ravi Made-Up,Doctor,02/04/2026,4"],
        ["Jane Made-Up,Nurse,,", "Ravi Made-Up,Doctor,02/04/2026,4"],
    ],
)
def test_no_row_of_data_is_taken_for_headings(rows: list[str]) -> None:
    with pytest.raises(Refusal) as refusal:
        identify(shape_of("\n".join(rows) + "\n"), RULES)
    assert [finding.code for finding in refusal.value.findings] == ["F020"]
    assert "Made-Up" not in str(vars(refusal.value))


TAGS = ("StartDate", "Status", "Q1", "Q2")
TEXTS = ("Start Date", "Response Type", "Which staff group?", "How far do you agree?")
IDS = tuple(f'{{"ImportId":"QID{n}"}}' for n in range(4))
ANSWERS = [("2026-09-01 10:00:00", "0", "Nurse", "4"), ("2026-09-02 10:00:00", "0", "Doctor", "5")]


@pytest.mark.parametrize(
    ("below", "expected", "texts"),
    [
        ([TEXTS, IDS, *ANSWERS], 2, True),
        ([TEXTS, *ANSWERS], 1, True),
        ([IDS, *ANSWERS], 1, False),
        (ANSWERS, 0, False),
        ([("", "", "", ""), *ANSWERS], 0, False),  # a blank row is no question
        ([("unknown", "0", "Nurse", "4"), *ANSWERS], 0, False),  # a respondent whose date is missing
        ([(ERASED,) * 4, *ANSWERS], 0, False),
        ([TEXTS, (ERASED,) * 4, *ANSWERS], 1, True),
        ([TEXTS, IDS], 2, True),
        ([], 0, False),
    ],
)
def test_rows_below_the_headings_are_told_by_what_they_are(
    below: list[tuple[str, ...]], expected: int, texts: bool
) -> None:
    assert rows_below([TAGS, *below], 0) == expected
    assert question_texts([TAGS, *below], 0) == (dict(zip(TAGS, TEXTS, strict=True)) if texts else {})


def test_a_block_of_headings_may_be_long() -> None:
    questions = ['"' + f"What is {heading}? ".ljust(60_000, "x") + '\nAnd why?"' for heading in GOOD]
    head, row, other = csv_file([plan(), plan(Line="2")]).decode().splitlines()
    taken = received("\n".join([head, ",".join(questions), row, other]).encode())
    assert (taken.counts.rows_in, taken.counts.accepted, taken.counts.noise) == (3, 2, 1)
    assert [row["row_number"] for row in taken.rows()] == [3, 4]


def test_headings_that_stand_again_among_the_rows_are_left_out_and_told() -> None:
    head, *rows = csv_file([plan(), plan(Line="2"), plan(Line="3")]).decode().splitlines()
    taken = received("\n".join([head, rows[0], head.upper(), rows[1], head, rows[2]]).encode())
    assert (taken.counts.accepted, taken.counts.noise) == (3, 2)
    assert [finding.sentence for finding in taken.findings] == [
        "Rows 3, 5: the row repeats the headings; it was left out."
    ]


HEADINGS = list(GOOD)
ROW = list(plan().values())


@pytest.mark.parametrize(
    ("above", "row_number"),
    [
        ([["Staff in post report"]], 3),
        ([[], [], ["Printed on", "30/09/2026"], []], 6),
        ([["Organisation", "X9001"], ["", "", "Plan", "", "", "", "Who and when"]], 4),  # a merged band above
        ([["Plan", "Line"]], 3),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "a renamed sheet", "a cover sheet", "another layout's place"])
def test_a_known_layout_is_found_where_its_headings_are(above: list[list[str]], row_number: int, kind: str) -> None:
    rows = [*above, HEADINGS, ROW]
    layout = PLANS.model_copy(
        update={"sheet": "Data" if "sheet" in kind else "", "metadata_rows": 2 * ("place" in kind)}
    )
    if kind == "csv":
        taken = received("".join(",".join(row) + "\n" for row in rows).encode(), layout)
    else:
        cover = {"Cover": [["Made by"], ["a system"]]} if kind == "a cover sheet" else {}
        taken = received(workbook({**cover, "Sheet1": rows}), layout, "a.xlsx")
    assert [row["row_number"] for row in taken.rows()] == [row_number]
    assert [f.sentence for f in taken.findings] == (
        ['These sheets were not read: "Cover"; if one of them holds rows of this table, send it as a file of its own.']
        if kind == "a cover sheet"
        else []
    )


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda heading: f"\ufeff{heading}\u200b",
        lambda heading: heading.replace(" ", "\u00a0"),
        lambda heading: f"{heading[:2]}\u00ad{heading[2:]}",
        lambda heading: f" {heading}\n",
    ],
)
def test_headings_match_without_case_and_invisible_characters(change: Callable[[str], str]) -> None:
    rows = [[change(heading) for heading in GOOD], ROW]
    assert received(workbook({"Data": rows}), name="a.xlsx").counts.accepted == 1


def test_headings_that_differ_in_case_alone_are_each_their_own() -> None:
    assert as_declared(["ID", "id", "Id"], {"ID", "id"}) == ["ID", "id", "Id"]
    assert as_declared(["fte", "Else"], {"FTE"}) == ["FTE", "Else"]
