import string

import pytest

from schemas.findings import RULES, Finding, Refusal, Severity, counted, merge

REACH = {
    "F": Severity.REJECT_FILE,
    "H": Severity.HOLD,
    "R": Severity.REJECT_ROW,
    "V": Severity.REJECT_VALUE,
    "W": Severity.WARN,
}


def test_a_sentence_says_where_what_and_what_to_do() -> None:
    finding = Finding("R011", column="PAs", rows=(5,), row_count=1, details={"value": "ten"})
    assert finding.sentence == 'Row 5, column "PAs": ten is not a number; write digits only.'


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        (Finding("F001"), ""),
        (Finding("W007", column="Trust"), 'Column "Trust"'),
        (Finding("R001", rows=(12,), row_count=1), "Row 12"),
        (Finding("R001", rows=(5, 9), row_count=2), "Rows 5, 9"),
        (Finding("R001", "Grade", (5, 1009), 1_236), 'Rows 5, 1,009 and 1,234 more, column "Grade"'),
    ],
)
def test_the_place_is_as_excel_shows_it(finding: Finding, place: str) -> None:
    assert finding.place == place


def test_a_finding_on_the_whole_file_is_a_sentence_by_itself() -> None:
    assert Finding("F001").sentence == "The file is empty; export it again and send the new file."


def test_the_same_problem_in_many_rows_becomes_one_finding() -> None:
    rows = [Finding("R001", "Grade", (row,), 1) for row in range(10, 18)]
    other = Finding("R001", "Due date", (3,), 1)
    assert merge([rows[0], other, *rows[1:]]) == (Finding("R001", "Grade", (10, 11, 12, 13, 14), 8), other)


def test_different_values_are_different_findings() -> None:
    values = [Finding("V012", "Q1", (row,), 1, {"value": str(row)}) for row in (11, 12)]
    assert merge(values) == tuple(values)


def test_merging_in_parts_is_merging_at_once() -> None:
    rows = [Finding("W001", "Due date", (row,), 1) for row in range(20)]
    assert merge([*merge(rows[:7]), *merge(rows[7:])]) == merge(rows)


@pytest.mark.parametrize("code", RULES)
def test_every_code_says_its_reach_and_has_a_sentence(code: str) -> None:
    rule = RULES[code]
    assert rule.severity is REACH[code[0]]
    assert rule.sentence.endswith(".")
    named = [name for _, name, _, _ in string.Formatter().parse(rule.sentence) if name is not None]
    assert all(name.isidentifier() for name in named)
    assert Finding(code, details=dict.fromkeys(named, "some")).sentence.endswith(".")


def test_a_count_has_the_form_of_its_noun() -> None:
    assert [counted(number, "file") for number in (0, 1, 2, 1200)] == ["0 files", "1 file", "2 files", "1,200 files"]
    assert [counted(number, "entry was", "entries were") for number in (1, 2)] == ["1 entry was", "2 entries were"]


def test_a_refusal_says_codes_and_never_a_cells_value() -> None:
    refusal = Refusal(Finding("F024", details={"inside": "Secret", "outside": "X"}), Finding("F001"))
    assert str(refusal) == "F024, F001"
    assert [finding.code for finding in refusal.findings] == ["F024", "F001"]
