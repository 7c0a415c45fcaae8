"""Every refusal names the file, the submission and what mends it; and each kind of end has its exit code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flows.cli.output import show_table
from flows.settings import Settings
from tests.lib.command_line import GOOD, Say
from tests.lib.walk import Put

SOME = GOOD + "headcount,Wizards,30/09/2026,9\n"
NONE = GOOD.replace("Students", "Wizards").replace("All staff", "Witches")


def only_submission(said: Say) -> str:
    return str(said("status", "--json").data["submissions"][0]["submission"])


@pytest.mark.parametrize(
    ("place", "content", "code", "told"),
    [
        ("ZZ1/september counts.csv", NONE, 3, "september counts.csv (ZZ1 population, submission "),
        ("september counts.csv", GOOD, 3, "september counts.csv (population, submission "),
        ("QQ9/september counts.csv", "Colour,Taste\nred,sour\n", 3, "september counts.csv (QQ9, submission "),
        ("ZZ1/september counts.csv", SOME, 8, ", without 1 of its 3 rows: findings/ZZ1/"),
        ("ZZ1/september counts.csv", GOOD, 0, ""),
    ],
)
@pytest.mark.usefixtures("quick_walk", "settings")
def test_a_file_that_is_not_taken_wholly_is_named_and_has_an_exit_code(
    say: Say, put: Put, place: str, content: str, code: int, told: str
) -> None:
    put(place, content)
    month = say("run", "--no-server")
    assert (month.code, told in month.out) == (code, True), month.out
    assert not told or f"(submission {only_submission(say)})" in month.out or only_submission(say) in month.out
    told_again = say("findings", only_submission(say))
    assert told_again.out.startswith("september counts.csv (submission ")


@pytest.mark.usefixtures("quick_walk", "settings")
def test_of_new_headings_a_mapping_is_to_be_filled_in_and_nothing_sent_back(
    say: Say, put: Put, settings: Settings
) -> None:
    put("ZZ1/ward staff.csv", "Staff group,Grade,Reviewed on\nMedical,Consultant,30/09/2026\n")
    run = say("run", "--no-server").out
    (mapping,) = settings.findings.glob("*/*/mapping.xlsx")
    assert f"  To fill in: {mapping.relative_to(settings.home)}\n" in run and "To send back" not in run
    told = say("findings", only_submission(say)).out
    assert f"To fill in: {mapping}\n" in told and "To send back" not in told
    say("withdraw", only_submission(say))
    assert "To fill in" not in say("findings", only_submission(say)).out


@pytest.mark.usefixtures("quick_walk", "settings")
def test_headings_that_are_nearly_known_are_to_be_sent_back(say: Say, put: Put) -> None:
    put("ZZ1/counts.csv", GOOD.replace("Count", "Counted"))
    run = say("run", "--no-server").out
    assert "To send back" in run and "findings.xlsx" in run and "To fill in" not in run
    told = [line for line in say("findings", only_submission(say)).out.splitlines() if line.endswith(".xlsx")]
    assert [re.sub(r": .*/", " ", line) for line in told] == ["To send back findings.xlsx", "To fill in mapping.xlsx"]


@pytest.mark.usefixtures("quick_walk", "settings")
def test_a_file_that_came_again_is_told_by_its_name(say: Say, put: Put) -> None:
    put("ZZ1/september counts.csv", GOOD)
    say("run", "--no-server")
    one = only_submission(say)
    put("ZZ1/september counts.csv", GOOD)
    assert "population\t2026-09 loaded" in say("status").out
    again = say("run", "--no-server").out
    assert f"september counts.csv (submission {one.partition('-')[2]}) came again: already loaded on" in again


@pytest.mark.usefixtures("quick_walk", "settings")
def test_a_page_to_approve_says_which_rows_were_refused(say: Say, put: Put, settings: Settings) -> None:
    put("ZZ1/counts.csv", SOME)
    say("run", "--no-server")
    (page,) = settings.proposed.glob("*.html")
    refused = "1 of 3 rows of Fictional Trust ZZ1 (ZZ1), Population counts, September 2026, were refused"
    assert refused in (text := page.read_text(encoding="utf-8"))
    assert f"research-culture findings {only_submission(say)}</code>" in text


@pytest.mark.usefixtures("quick_walk", "settings")
def test_a_file_that_overlaps_loads_once_the_other_is_withdrawn_and_it_is_sent_again(
    say: Say, put: Put, settings: Settings
) -> None:
    layout = settings.config / "layouts" / "survey" / "pulse.toml"
    layout.parent.mkdir()
    layout.write_text(
        'name = "pulse"\ndataset = "survey"\ntitle = "Pulse"\nevidence = "made for this test"\n'
        '[columns]\nId = "response_id"\nActive = "is_research_active"\n',
        encoding="utf-8",
    )
    put("ZZ1/2026-09/month.csv", "Id,Active\n1,yes\n2,no\n")
    say("run", "--no-server")
    whole = "Id,Active\n1,yes\n2,no\n3,no\n"
    put("ZZ1/2026/year.csv", whole)
    refused = say("run", "--no-server")
    first = only_submission(say)
    assert (refused.code, f"`research-culture withdraw {first}` and send this file again" in refused.out) == (3, True)
    put("ZZ1/2026/year.csv", whole)
    again = say("run", "--no-server")  # as long as the reason is there, it is told
    assert (again.code, f"`research-culture withdraw {first}`" in again.out) == (3, True)
    say("withdraw", first)
    put("ZZ1/2026/year.csv", whole)
    assert say("run", "--no-server").code == 0
    states = {one["file"]: one["state"].partition(":")[0] for one in say("status", "--json").data["submissions"]}
    assert states == {"month.csv": "withdrawn", "year.csv": "loaded"}


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("by_hand", [True, False])
def test_a_refused_file_that_is_sent_again_is_told_again(say: Say, put: Put, by_hand: bool, tmp_path: Path) -> None:
    for _ in range(2):
        if by_hand:
            (tmp_path / "counts.csv").write_text(NONE, encoding="utf-8")
            told = say("ingest", "counts.csv", "--organisation", "ZZ1")
        else:
            put("ZZ1/counts.csv", NONE)
            told = say("run", "--no-server")
        assert told.code == 3
        assert "counts.csv (ZZ1 population, submission " in told.out and "No row in it can be used" in told.out


@pytest.mark.parametrize("width", ["80", "100", "140"])
def test_a_narrow_terminal_cuts_no_submissions_id(
    width: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    row = {
        "submission": "20261002-k7m2",
        "file": "our consultants' job plans of September 2026, final.xlsx",
        "organisation": "ZZ1",
        "dataset": "recommendation_adoption",
        "source": "example_adoption_log",
        "period": "2026-09",
        "state": "rejected: see its findings",
        "came": "2026-10-02",
        "rows taken": "1,204 of 1,250",
    }
    show_table("Submissions", [row])
    out = capsys.readouterr().out
    assert "20261002-k7m2" in out
    assert "…" not in out
