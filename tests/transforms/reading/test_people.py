"""Whose rows a file holds, and the same file with a person's rows blanked."""

import csv
import io
from collections.abc import Collection

import pytest

from schemas.submissions import ERASED
from tests.lib.files import PLANS, csv_file, plan, take, workbook
from transforms.reading.parse import read_shape
from transforms.reading.people import Identity, blanked, lines, linked, name_without

ONE = ("registration", "9999901")
ROWS = [plan(), plan(Line="2"), plan(Plan="JP-2", GMC="9999902", Employee="000122"), plan(Plan="Total", GMC="")]


def nobody(kind: str, number: str) -> bool:
    return False


def without(content: bytes, gone: Collection[Identity], is_erased_person=nobody, layout=PLANS) -> bytes:
    """The cells of the CSV less the rows of those who are gone, as a CSV in UTF-8."""
    stream = io.BytesIO(content)
    shape = read_shape(stream, "a.csv")
    text = io.StringIO(newline="")
    rows = (blanked(line, gone, is_erased_person) for line in lines(stream, shape, layout))
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_cell_of_the_others_stays_and_rows_keep_their_numbers(encoding: str, end: str) -> None:
    rows = [*ROWS[:3], plan(Plan='"JP-3, \n the ""third"" é"', GMC="9999903", Employee="000123"), *ROWS[3:]]
    text = csv_file(rows, end).decode()
    content = text.encode(encoding)
    after = without(content, {ONE})
    kept = [line for line in text.splitlines() if "9999901" not in line]
    marks = ",".join([ERASED] * 11)
    assert after.decode().splitlines() == [kept[0], marks, marks, *kept[1:]]
    before, again = take(content), take(after)
    assert again.rows() == before.rows()[2:]
    assert (again.counts.rows_in, again.counts.erased) == (before.counts.rows_in, 2)
    assert again.findings == before.findings


def test_a_record_of_several_lines_is_one_row() -> None:
    text = csv_file([plan(Plan='"JP\n9"'), plan(Plan="JP-2", GMC="9999902")]).decode()
    after = without(text.encode(), {ONE})
    assert after.count(b"\n") == 3
    assert [row["row_number"] for row in take(after).rows()] == [3]


def test_an_uneven_row_and_an_unusable_number_are_the_persons_too() -> None:
    text = csv_file([plan(GMC="GMC: 9999901"), plan(GMC="9999902")]) + b"JP-9,x,C9999901\n"
    after = without(text, {ONE}).decode().splitlines()
    assert [line.startswith(ERASED) for line in after] == [False, True, False, True]
    assert take(without(text, {ONE})).counts.erased == 2


def test_without_a_layout_any_cell_tells() -> None:
    text = b"Colour,Who\nred,c9999901\nblue,99999012\n"
    assert without(text, {ONE}, layout=None) == b"Colour,Who\n(erased),(erased)\nblue,99999012\n"


@pytest.mark.parametrize("said", ["with C9999901 weekly", "see xC9999901y", "GMC9999901/2", "9999901.pdf", "c9999901"])
def test_a_number_within_a_text_that_is_not_read_goes_with_the_text(said: str) -> None:
    text = csv_file([{**plan(GMC="9999902"), "Comment": said}])
    after = without(text, set(), lambda kind, number: (kind, number) == ONE)
    assert after == text.replace(said.encode(), b"(erased)")
    assert take(after).rows() == take(text).rows()


@pytest.mark.parametrize("said", ["with 99999012 weekly", "19999901", "12", "9999-901", ""])
def test_a_text_with_another_number_stays(said: str) -> None:
    text = csv_file([{**plan(GMC="9999902"), "Comment": said}])
    assert without(text, set(), lambda kind, number: (kind, number) == ONE) == text


def test_a_name_of_a_file_that_holds_a_number_goes() -> None:
    def is_one(kind: str, number: str) -> bool:
        return (kind, number) == ONE

    assert [name_without(name, is_one) for name in ("a_C9999901.csv", "a.9999901", "a.csv")] == [
        "(erased).csv",
        "(erased)",
        "a.csv",
    ]


def test_rows_above_the_data_are_no_persons() -> None:
    layout = PLANS.model_copy(update={"metadata_rows": 1})
    stream = io.BytesIO(b"Run for C9999901\n" + csv_file(ROWS))
    found = list(lines(stream, read_shape(stream, "a.csv"), layout))
    assert [line.is_sure for line in found] == [False, False, True, True, True, True]
    assert [sorted(line.identities) for line in found[:2]] == [[], []]
    assert sorted(found[2].identities) == [("employee", "000121"), ("plan", "JP-1"), ONE]


def test_a_workbook_is_read_as_its_csv_would_be() -> None:
    content = workbook({"Plans": [list(PLANS.columns), ["JP-1", 1, 9999901, "000121", "", "", "", "SPA", "", 1, ""]]})
    stream = io.BytesIO(content)
    layout = PLANS.model_copy(update={"format": "xlsx"})
    (_, line) = lines(stream, read_shape(stream, "a.xlsx"), layout)
    assert ONE in line.identities and ("employee", "000121") in line.identities
    assert set(blanked(line, {ONE}, nobody)) == {ERASED}


R1, R2, E1, E2, P1 = (("registration", "1"), ("registration", "2"), ("employee", "1"), ("employee", "2"), ("plan", "1"))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{R1, E1}, {E1, P1}], {R1, E1, P1}),
        ([{R1, E1}, {R1, E2}], {R1, E1, E2}),  # a second post
        ([{R1, E1}, {R2, E1}], {R1}),  # whose employee number it is, is not certain
        ([{R1, P1}, {P1, E1}], {R1, P1, E1}),
        ([{R1, P1, E1}, {P1, E2}], {R1, E1}),  # nor whose plan it is
        ([{R2, E1}], {R1}),
    ],
)
def test_what_certainly_goes_with_a_number_is_the_same_persons(rows: list[set[Identity]], found: set[Identity]) -> None:
    assert linked(map(frozenset, rows), {R1}) == found


def test_a_number_that_was_typed_is_the_persons_even_where_others_have_it() -> None:
    assert linked(map(frozenset, [{R1, E1}, {R2, E1}]), {E1}) == {E1}
