"""A workbook of several sheets: each part is checked, judged and staged as a table of its own."""

import io
from dataclasses import replace

import pytest

from schemas.findings import Refusal
from schemas.rulebook import Organisation
from tests.lib.files import RULES, Taken, received, take, workbook
from transforms.reading.parse import identify, read_shape

CASES = RULES.layout("support_case", "template")
ADOPTION = RULES.layout("recommendation_adoption", "template")
MAIN = [["Case ID", "Registration number", "Site", "Referral date"], ["C-1", "C9999901", "ZZ1", "2026-03-02"]]
CONCERNS = [["Case ID", "Concern"], ["C-1", "Health"], ["C-1", "Conduct"]]
INTERVENTIONS = [["Case ID", "Programme", "Started on"], ["C-1", "Coaching", "2026-03-23"]]
SCORES = [["Case ID", "Measure", "Stage", "Date", "Score"], ["C-1", "PHQ-9", "Baseline", "2026-03-16", 14]]
SHEETS = {"Data": MAIN, "Concerns": CONCERNS, "Interventions": INTERVENTIONS, "Outcome scores": SCORES}
AGREED = [["Site", "Site type", "Recommendation", "Agreed", "State", "Assessed on"]]
AGREED += [["SITE-1", "Hospital", "R1", "yes", "In place", "2026-09-15"]]


def cases(**changed: list[list[object]] | None) -> bytes:
    """The workbook of one case with these sheets (`_` for a space) changed, or taken out by None."""
    sheets = {**SHEETS, **{name.replace("_", " "): rows for name, rows in changed.items()}}
    return workbook({name: rows for name, rows in sheets.items() if rows is not None})


def taken(content: bytes) -> Taken:
    return take(content, CASES, "cases.xlsx")


def refusal(content: bytes) -> list[str]:
    with pytest.raises(Refusal) as caught:
        identify(read_shape(io.BytesIO(content), "file.xlsx"), RULES)
    return [finding.sentence for finding in caught.value.findings]


def test_each_sheet_is_staged_as_its_own_table_and_the_counts_add_up() -> None:
    found = taken(cases())
    assert {name: table.num_rows for name, table in found.tables.items()} == {
        "support_case": 1,
        "support_concern": 2,
        "support_intervention": 1,
        "support_measurement": 1,
    }
    assert (found.counts.rows_in, found.counts.accepted) == (5, 5)
    assert found.findings == ()


def test_the_sheets_meet_by_the_cases_pseudonym_and_no_case_number_passes() -> None:
    found = taken(cases())
    (case,) = found.rows("support_case")
    assert {row["case_key"] for name in found.tables for row in found.rows(name)} == {case["case_key"]}
    assert "C-1" not in str([found.rows(name) for name in found.tables])


@pytest.mark.parametrize(
    "changed",
    [{"Concerns": None, "What_they_raised": CONCERNS}, {"Concerns": [["Printed on", "2026-09-30"], *CONCERNS]}],
    ids=["renamed", "below a title"],
)
def test_a_part_is_found_where_its_headings_are(changed: dict[str, list[list[object]] | None]) -> None:
    found = received(cases(**changed), CASES, "cases.xlsx")
    assert (found.tables["support_concern"].num_rows, found.codes) == (2, [])


def test_a_part_that_may_be_left_out_is_named_where_it_is() -> None:
    found = received(workbook({"Data": AGREED}), ADOPTION, "file.xlsx")
    assert found.sentence("W021") == (
        "These sheets are missing, so nothing of them was read: "
        + ", ".join(f'"{part.sheet}"' for part in ADOPTION.parts)
        + "; if you have such rows, send the workbook again with them."
    )


def test_a_finding_says_on_which_sheet_it_is() -> None:
    found = taken(cases(Outcome_scores=[*SCORES, ["C-1", "PHQ-9", "Follow-up", "2026-09-16", "many"]]))
    said = 'Row 3, column "Outcome scores: Score": the value is not a number; write digits only.'
    assert found.sentence("R011") == said


def test_a_sheet_that_must_be_there_is_asked_for() -> None:
    assert refusal(cases(Concerns=None)) == [
        'There is no sheet named "Concerns"; give the sheet that name, as in the export or template, and send the file'
        " again."
    ]


def test_a_parts_headings_are_checked_too() -> None:
    said = refusal(cases(Concerns=[["Case ID", "Reason", "Notes"], ["C-1", "Health", "free text"]]))
    assert [sentence.partition(";")[0] for sentence in said] == [
        'The column "Concerns: Concern" is missing',
        'The column "Concerns: Reason" is not one we know',
        'The column "Concerns: Notes" is not one we know',
    ]
    twice = refusal(cases(Concerns=[["Case ID", "Concern", "Concern"], ["C-1", "Health", "Health"]]))
    assert twice[0].startswith('The heading "Concern" appears 2 times')


def test_an_optional_sheet_may_be_absent_and_is_staged_empty() -> None:
    content = workbook({"Data": AGREED})
    layout = identify(read_shape(io.BytesIO(content), "file.xlsx"), RULES)
    assert layout == ADOPTION
    found = take(content, layout, "file.xlsx")
    empty = ("iparihs_rating", "adoption_workshop", "adoption_change")
    assert {name: found.tables[name].num_rows for name in empty} == dict.fromkeys(empty, 0)


def test_a_sheet_of_headings_alone_is_an_empty_table() -> None:
    found = taken(cases(Interventions=INTERVENTIONS[:1]))
    assert found.tables["support_intervention"].num_rows == 0


@pytest.mark.parametrize(
    "text", ["Dr Made Up's ward", "a site; see notes", "person@example.invalid", "7123456", "Quill"]
)
def test_no_prose_and_no_person_passes_as_a_site(text: str) -> None:
    found = taken(cases(Data=[MAIN[0], ["C-1", "C9999901", text, "2026-03-02"]]))
    assert found.codes == ["V019"]
    assert text not in str(found.rows("support_case")) + found.findings[0].sentence
    refused = take(workbook({"Data": [AGREED[0], [text, *AGREED[1][1:]]]}), ADOPTION, "file.xlsx")
    assert (refused.codes, refused.counts.rejected) == (["R019"], 1)


def test_an_organisation_that_is_declared_passes_as_a_site_however_it_is_spelt() -> None:
    main = [MAIN[0], ["C-1", "C9999901", "Westmoor-PSU", "2026-03-02"]]
    assert taken(cases(Data=main)).codes == ["V019"]
    westmoor = Organisation("Westmoor-PSU", "Westmoor (fictional)", "professional_support_unit", "england", True)
    declared = replace(RULES, organisations={"Westmoor-PSU": westmoor})
    assert take(cases(Data=main), CASES, "cases.xlsx", declared).codes == []


def test_reasons_and_levels_are_taken_as_codes_alone() -> None:
    found = taken(cases(Concerns=[*CONCERNS, ["C-1", "unwell since spring"]]))
    assert found.codes == ["R014"]
    assert "unwell" not in found.sentence("R014")
    assert {row["concern_code"] for row in found.rows("support_concern")} == {"health", "conduct"}
