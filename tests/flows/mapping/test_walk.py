"""A mapping's whole way: the refused export, the workbook that comes back, and the run that takes it."""

from collections.abc import Mapping
from pathlib import Path

from flows.mapping import form
from flows.mapping.form import ABOUT, SHEET
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.mappings import Sheets, saved, sheets
from tests.lib.walk import Put, Run

ROWS = "headcount,Students,30/09/2026,50\nheadcount,All staff,30/09/2026,60\n"
KNOWN = "Who,Group,Day,Count\n"  # the home's own layout, `counts`
RENAMED = "Who,Group,Counted day,Count,Remark\n"


def asked(settings: Settings, workbook: str) -> Sheets:
    return sheets(settings.home / Path(workbook).with_name("mapping.xlsx"))


def send(settings: Settings, filled: Sheets, said: Mapping[str, str]) -> None:
    for label, text in said.items():
        next(line for line in filled[ABOUT] if line[0] == label)[1] = text
    for line in filled[SHEET][1:]:
        line[2] = "keep" if line[1] else "ignore"
    saved(filled, settings.inbox / "filled mapping (2).xlsx")


def test_a_file_that_is_nearly_known_comes_back_with_its_mapping_filled_in_and_then_loads(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/counts.csv", RENAMED + ROWS.replace("\n", ",Secret Marker\n"))
    (refused,) = run().outcomes
    told = "\n".join(refused.sentences)
    assert 'The column "Day" is missing' in told
    assert "fill in the workbook mapping.xlsx beside these findings and put it into the inbox" in told  # F035
    filled = asked(settings, refused.workbook)
    lines = {line[0]: line[1:4] for line in filled[SHEET][1:]}
    assert lines["Who"] == ["Population", "keep", "sure"]
    assert lines["Counted day"] == ["Date of the count", "", "guess"]
    assert lines["Remark"] == ["", "ignore", "ignored unless you say otherwise"]
    assert "Secret Marker" not in str(filled)
    send(settings, filled, {})
    outcomes = {one.dataset: one for one in run().outcomes}
    assert outcomes["population"].state is State.LOADED
    assert outcomes["population"].counts.accepted == 2
    assert outcomes["population"].source == "counts"  # as the layout that it nearly is: no month is counted twice


def test_a_mapping_of_headings_that_a_layout_has_goes_before_it_and_says_so(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/counts.csv", RENAMED + ROWS.replace("\n", ",x\n"))
    filled = asked(settings, run().outcomes[0].workbook)
    send(settings, filled, {form.NAME: "first"})
    run()
    send(settings, filled, {form.NAME: "second", form.PERIOD: "September 2026"})
    put("ZZ2/counts.csv", RENAMED + ROWS.replace("\n", ",y\n"))
    outcomes = {one.dataset: one for one in run().outcomes if one.organisation_code != "ZZ1"}
    assert 'known as "population/first" (the columns are the same)' in outcomes["mapping"].sentences[0]
    assert {file.stem for file in (settings.config / "layouts" / "population").iterdir()} == {"counts", "second"}
    assert "says that each such file is for 2026-09" in outcomes["population"].sentences[0]  # W040


def test_a_mapping_that_cannot_be_used_is_refused_by_its_cells_and_the_next_one_is_taken(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/counts.csv", "Anything,Else,Third\nx,y,1\nx,z,2\n")
    put("ZZ1/2026-09/more.csv", RENAMED + ROWS.replace("\n", ",x\n"))
    workbook = next(one.workbook for one in run().outcomes if "Counted day" in "".join(one.sentences))
    filled = asked(settings, workbook)
    send(settings, filled, {form.PERIOD: "soon"})
    (refused,) = (one for one in run().outcomes if one.dataset in ("", "mapping"))
    assert "'About this export'!B10: \"soon\" is no period" in "\n".join(refused.sentences)
    send(settings, filled, {form.PERIOD: ""})
    assert State.LOADED in {one.state for one in run().outcomes if one.dataset == "population"}


def test_the_workbook_can_be_put_into_a_folder_of_the_inbox_under_any_name(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/counts.csv", RENAMED + ROWS.replace("\n", ",x\n"))
    filled = asked(settings, run().outcomes[0].workbook)
    send(settings, filled, {})
    (settings.inbox / "filled mapping (2).xlsx").rename(settings.inbox / "ZZ1" / "copy of it.xlsx")
    assert {one.state for one in run().outcomes} == {State.LOADED}
