"""What is printed fits a terminal of 100 columns: tables, questions, the status, a run's one screen, shortened ids."""

from __future__ import annotations

import os
from datetime import date, datetime

import pytest

from flows.cli import app
from flows.cli.ids import resolve, short_ids
from flows.cli.matrix import blocks, folded, matrix, unfolded, unrecognised
from flows.cli.month import Known, shortened, show_month
from flows.cli.output import say, show_table
from flows.due import Due
from flows.errors import UsageError
from flows.monthly.ingest import Outcome
from flows.monthly.run import Month
from schemas.submissions import Counts, Period, Slot, State
from tests.lib.walk import NOW
from warehouse.ledger.store import SenderHints, Submission

WIDTH, HEIGHT = 100, 30
ORGANISATIONS = [f"ZZ{n}" for n in range(1, 9)]
DATASETS = [f"dataset_{n:02}" for n in range(1, 15)] + ["recommendation_adoption", "research_activity", "survey"]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 100 columns that shows no colours."""
    for name, value in {"COLUMNS": str(WIDTH), "LINES": str(HEIGHT), "NO_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("flows.cli.output.is_terminal", lambda: True)


def sent(number: int, state: State, dataset: str = "", period: str = "2026-09", at: datetime = NOW) -> Submission:
    slot = Slot("ZZ1", dataset, "made", Period.parse(period)) if dataset else None
    one = f"20261002-{number:04}"
    hints = SenderHints("ZZ1")
    return Submission(one, "", "a.csv", one, hints, at, state, at, slot, "", "", {}, None, Counts())


def widths(text: str) -> list[int]:
    return [len(line) for line in text.splitlines()]


@pytest.mark.usefixtures("terminal")
def test_eight_organisations_and_seventeen_datasets_fit_beside_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"": name.replace("_", "_\n", 1), **dict.fromkeys(ORGANISATIONS, "2026-09\nrejected")} for name in DATASETS]
    (block,) = blocks(rows, WIDTH)
    show_table("", block, gap=1)
    out = capsys.readouterr().out
    assert max(widths(out)) <= WIDTH and out.count("2026-09") == 8 * 17 and out.count("rejected") == 8 * 17
    first, second = blocks([{"": "survey", **{f"ZZ{n}": "2026-09\nloaded" for n in range(1, 20)}}], WIDTH)
    assert [*first[0], *second[0]].count("") == 2 and {*first[0], *second[0]} == {"", *(f"ZZ{n}" for n in range(1, 20))}


def test_a_cell_says_the_latest_period_and_what_there_is_to_do() -> None:
    month = Period.parse("2026-10")
    came = [
        sent(1, State.LOADED, "survey", "2026-08"),
        sent(2, State.LOADED, "survey"),
        sent(3, State.REJECTED, "appraisal"),
        sent(4, State.LOADED, "appraisal"),
        sent(5, State.LOADED, "job_plan"),
        sent(6, State.REJECTED, "job_plan"),
        sent(7, State.HELD, "population"),
        sent(8, State.LOADED, "workforce"),
        sent(9, State.WITHDRAWN, "support_case"),
    ]
    dues = (
        Due("ZZ1", "workforce", month, date(2026, 11, 30), is_overdue=False),
        Due("ZZ2", "survey", Period.parse("2026-11"), date(2026, 12, 1), is_overdue=False),
        Due("ZZ2", "survey", month, date(2026, 11, 1), is_overdue=True),
    )
    found = {row[""].replace("\n", ""): row for row in matrix(came, ["ZZ1", "ZZ2"], dues)}
    assert {name: row["ZZ1"].replace("\n", " ") for name, row in found.items()} == {
        "appraisal": "2026-09 loaded",  # the correction came after what was rejected
        "job_plan": "2026-09 rejected",
        "population": "2026-09 held",
        "survey": "2026-09 loaded",
        "workforce": "2026-10 due",  # September is loaded
    }
    assert found["survey"]["ZZ2"] == "2026-10\noverdue"


def test_what_was_not_recognised_counts_for_a_month() -> None:
    before = datetime(2026, 8, 1, tzinfo=NOW.tzinfo)
    assert unrecognised([sent(1, State.REJECTED, at=before), sent(2, State.REJECTED)]) == {"ZZ1": 1}
    assert unrecognised([]) == {}


def test_an_id_is_found_by_what_only_it_begins_with() -> None:
    known = ["20261002-k7m2", "20261002-k9aa", "20261103-k7zz", "20261103T060000000001Z"]
    for typed, found in {
        "20261002-k7": known[0],
        "k9": known[1],
        "K7Z": known[2],
        "20261103t": known[3],
        "q1": "q1",  # the command itself says that there is none
        "k": "k",
        "": "",
        known[0]: known[0],
    }.items():
        assert resolve(typed, known) == found
    with pytest.raises(UsageError, match="k7 could be 20261002-k7m2, 20261103-k7zz; type more letters"):
        resolve("k7", known)
    with pytest.raises(UsageError, match=r"and 4 more; type"):
        resolve("2026", [f"20261002-{n:04}" for n in range(12)])
    assert short_ids(["20261002-k7m2", "20261002-k9aa", "20261103-k9aa", "S-0"]) == {
        "20261002-k7m2": "k7m2",
        "20261002-k9aa": "20261002-k9aa",
        "20261103-k9aa": "20261103-k9aa",
        "S-0": "0",
    }


@pytest.mark.usefixtures("terminal")
def test_columns_that_do_not_fit_become_lines(capsys: pytest.CaptureFixture[str]) -> None:
    row = {f"column_{n:02}": f"value {n} " + "long " * 30 for n in range(20)} | {"odd": "\x1b[31mred :smile: [b]"}
    show_table("", [row, row])
    out = capsys.readouterr().out
    assert max(widths(out)) <= WIDTH and min(len(line.split()) for line in out.splitlines()) >= 1
    assert out.startswith(
        "The columns are too wide for this terminal: each value has a line.\n1 of 2\ncolumn_00  value 0"
    )
    assert "[31mred :smile: [b]" in out and "\x1b" not in out
    show_table("", [{"a": "1", "b": "text " * 40}])
    assert max(widths(capsys.readouterr().out)) <= WIDTH


@pytest.mark.usefixtures("terminal")
def test_a_sentence_breaks_at_words_and_never_within_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    command = "`research-culture approve 20261103T060000000001Z --reason TEXT`"
    say(f"  - {'word ' * 12}{command}{' word' * 12}", f"The label       {'word ' * 30}")
    out = capsys.readouterr().out
    assert max(widths(out)) <= WIDTH and command in out
    assert all(line.startswith("    ") for line in out.splitlines()[1:3])
    assert out.splitlines()[-1].startswith(" " * 16 + "word")


@pytest.mark.usefixtures("terminal")
def test_a_run_of_many_organisations_and_refusals_fits_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = 'The column "staff_group" is missing (the nearest heading is "staff_grp"); put the heading back.'
    refused = [
        Outcome(
            f"20261002-r{n:03}", State.REJECTED, f"ZZ{n}", sentences=(sentence,) * 4, workbook=f"findings/ZZ{n}/f.xlsx"
        )
        for n in range(1, 41)
    ]
    taken = [
        Outcome(
            f"20261002-t{n:03}",
            State.LOADED,
            f"ZZ{n % 215}",
            "survey",
            finding_count=2,
            counts=Counts(12, 9, 1, noise=2),
        )
        for n in range(600)
    ]
    files = {one.submission_id: f"a file of {one.submission_id}.csv" for one in refused}
    known = Known(files, short_ids(files), {"ZZ1": "Fictional Trust"}, {"ZZ300": 2}, ("findings/month.html",))
    show_month(Month((*taken, *refused), ("It came again.",) * 9, None), known, as_json=False)
    out = capsys.readouterr().out
    assert len(out.splitlines()) < HEIGHT and max(widths(out)) <= WIDTH
    assert "a file of 20261002-r001.csv (ZZ1, submission r001) was refused:" in out
    assert "  To send back, with 3 more: findings/ZZ1/f.xlsx" in out
    assert "And 37 more: `research-culture status --all` lists them" in out
    assert "208 more" in out and "ZZ300" in out and "To open: findings/month.html" in out
    assert "600 files were taken with findings, without 600 of their 6,000 rows" in out
    assert "And 7 more like these." in out


def test_a_sentence_on_a_submission_names_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    known = Known({"20261002-k7m2": "plans.csv"}, {"20261002-k7m2": "k7m2"})
    told = ("The rows of submission 20261002-k7m2 were read again.", "Submission 20261002-zzzz came again.")
    show_month(Month((), told, None), known, as_json=False)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "The rows of plans.csv (submission k7m2) were read again.",
        "Submission 20261002-zzzz came again.",
    ]


def test_a_headline_is_said_without_its_reasons() -> None:
    headline = (
        "20,211 of 52,566 figures shown; 25 of these as they were released before, because 1 to 10 people have changed"
        " since; 32,351 withheld because fewer than 11 people stand behind the figure; choose twelve months to see"
        " more."
    )
    assert shortened(headline) == (
        "20,211 of 52,566 figures shown; 25 of these as they were released before; 32,351 withheld."
    )
    assert shortened("No figures yet: nothing is loaded.") == "No figures yet: nothing is loaded."


@pytest.mark.usefixtures("terminal")
def test_an_answer_longer_than_the_screen_is_paged_and_a_shorter_one_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paged: list[str] = []
    monkeypatch.setattr("pydoc.pager", paged.append)
    for count in (HEIGHT - 2, HEIGHT + 1):
        show_table("", [{"number": n} for n in range(count)], is_paged=True)
    assert len(capsys.readouterr().out.splitlines()) == HEIGHT - 1
    assert [len(text.splitlines()) for text in paged] == [HEIGHT + 2]


def test_a_setting_of_prefects_own_shows_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PREFECT_LOGGING_")]:
        monkeypatch.delenv(name)
    level = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"
    with app._prefects_log(shown=False):
        assert os.environ[level] == "CRITICAL"
    with app._prefects_log(shown=True):
        assert level not in os.environ
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    with app._prefects_log(shown=False):
        assert level not in os.environ


@pytest.mark.parametrize("dataset", ["survey", "recommendation_adoption", "nss_benchmark"])
def test_a_name_that_was_folded_for_the_screen_is_whole_where_it_is_piped(dataset: str) -> None:
    assert unfolded(folded(dataset)) == dataset
    assert unfolded("2026-09\noverdue") == "2026-09 overdue"
