"""The walk from the inbox to a release, as an officer meets it: taken, refused with reasons, corrected, released."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter

from flows.cli.month import show_month
from flows.errors import SetupError, UsageError
from flows.monthly.by_hand import confirm, ingest_file, withdraw
from flows.monthly.run import exclusive_ledger
from flows.settings import Settings, actor
from schemas.submissions import Period, Slot, State
from schemas.tables import DATASETS
from tests.lib.files import is_reconciled
from tests.lib.walk import COUNTS_LAYOUT, FEWER, MANY, NOW, Put, Run, counts
from warehouse.db.connection import open_reader
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

PULSE_LAYOUT = """
name = "pulse"
dataset = "survey"
title = "Pulse survey"
evidence = "made for this test"
[columns]
Id = "response_id"
Active = "is_research_active"
"""


def filled_template(path: Path, organisation: str, period: str) -> bytes:
    """The population template as an officer fills it in: three sheets, one line of data."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, [field.title for field in DATASETS["population"].fields])
        sheet.write_row(1, 0, ["Headcount", "Students", "2026-09-30", "40"])
        about = book.add_worksheet("About")
        about.write_column(0, 0, ["Organisation code", "Period"])
        about.write_column(0, 1, [organisation, period])
    return path.read_bytes()


def states(settings: Settings) -> list[State]:
    with Ledger(settings.ledger, actor()) as ledger:
        return [s.state for s in ledger.submissions()]


def loaded_people(settings: Settings) -> Mapping[str, int]:
    import duckdb

    with duckdb.connect(settings.analyst_file, read_only=True) as connection:
        rows = connection.execute("SELECT staff_group_code, people_count FROM core.fct_population").fetchall()
    return dict(rows)


def test_a_good_file_is_taken_and_released(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/a.csv", counts(medical=50, nurses=70))
    month = run()
    (outcome,) = month.outcomes
    assert (outcome.state, outcome.organisation_code, outcome.dataset) == (State.LOADED, "ZZ1", "population")
    assert (outcome.period, outcome.source) == ("2026-09", "counts")
    assert (outcome.counts.rows_in, outcome.counts.accepted) == (2, 2)
    assert month.published is not None
    assert month.published.release is not None
    assert loaded_people(settings) == {"medical_and_dental": 50, "nursing_and_midwifery": 70}
    page = settings.released / "current" / "dashboard.html"
    assert month.published.release.release_id in page.read_text(encoding="utf-8")


def test_an_empty_inbox_is_no_work(settings: Settings, run: Run) -> None:
    month = run()
    assert (month.outcomes, month.published) == ((), None)


def test_nothing_new_makes_no_new_release(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/a.csv", counts(all=50))
    assert run().published is not None
    put("ZZ1/again.csv", counts(all=50))
    month = run()
    assert month.published is None
    assert "already loaded on 02 October 2026" in month.sentences[0]


def test_an_analysts_file_that_was_held_open_is_replaced_by_the_next_run(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    run()
    before = settings.analyst_file.read_bytes()
    put("ZZ1/a.csv", counts(all=60))
    run()
    settings.analyst_file.write_bytes(before)
    assert run().published is None
    assert loaded_people(settings) == {"all": 60}


def test_a_correction_supersedes_and_the_first_file_sent_again_supersedes_it(
    settings: Settings, put: Put, run: Run
) -> None:
    for content in (counts(all=50), counts(all=60), counts(all=50)):
        put("ZZ1/a.csv", content)
        run()
    assert states(settings) == [State.SUPERSEDED, State.SUPERSEDED, State.LOADED]
    assert loaded_people(settings) == {"all": 50}


def test_another_source_adds_instead_of_replacing(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/a.csv", counts(medical=50))
    put("ZZ1/nurses/a.csv", counts(nurses=70))
    run()
    assert states(settings) == [State.LOADED, State.LOADED]
    assert loaded_people(settings) == {"medical_and_dental": 50, "nursing_and_midwifery": 70}


def test_a_correction_that_loses_a_fifth_of_the_rows_is_held_until_confirmed(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", MANY)
    run()
    put("ZZ1/2026-09/b.csv", FEWER)
    (held,) = run().outcomes
    assert held.state is State.HELD
    assert "it has 7 rows where the file before it had 10" in held.sentences[0].lower()
    workbook = settings.home / held.workbook
    assert workbook.is_file()
    with exclusive_ledger(settings) as ledger:
        month = confirm(settings, ledger, held.submission_id, NOW)
    assert [o.state for o in month.outcomes] == [State.LOADED]
    assert states(settings) == [State.SUPERSEDED, State.LOADED]
    assert not workbook.exists()  # what it said holds no longer


def test_confirming_what_is_not_held_is_refused(settings: Settings) -> None:
    with exclusive_ledger(settings) as ledger, pytest.raises(SetupError, match="not held"):
        confirm(settings, ledger, "unknown", NOW)


@pytest.mark.parametrize(
    ("place", "content", "sentence"),
    [
        ("a.csv", counts(all=9), "It is not clear which organisation sent it"),
        ("QQ9/a.csv", counts(all=9), 'Organisation "QQ9" is not declared'),
        ("ZZ1/a.csv", "", "The file is empty"),
        (
            "ZZ1/a.csv",
            counts(all=9).replace("30/09", "30/08") + "headcount,Students,01/09/2026,9\n",
            "It is not clear which period",
        ),
        ("ZZ1/a.csv", counts(all=9).replace("Count", "Number"), 'The column "Count" is missing'),
        ("ZZ1/a.csv", counts(Wizards=9), "No row in it can be used"),
        ("ZZ1/a.csv", "Colour,Taste,Count\nred,sour,5\n", "We have not seen these headings before"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(
    settings: Settings, put: Put, run: Run, place: str, content: str, sentence: str
) -> None:
    file = put(place, content)
    (outcome,) = run().outcomes
    assert outcome.state is State.REJECTED
    assert any(said.startswith(sentence) for said in outcome.sentences), outcome.sentences
    assert not file.exists()
    assert len(list(settings.landing.iterdir())) == 1
    assert list(settings.staged.iterdir()) == []
    assert list(settings.findings.glob(f"*/{outcome.submission_id}/findings.xlsx"))


def codes(settings: Settings, submission_id: str) -> set[str]:
    with Ledger(settings.ledger, actor()) as ledger:
        return {finding["code"] for finding in ledger.findings(submission_id)}


def test_a_wave_that_overlaps_a_loaded_one_is_refused(settings: Settings, put: Put, run: Run) -> None:
    layout = settings.config / "layouts" / "survey" / "pulse.toml"
    layout.parent.mkdir()
    layout.write_text(PULSE_LAYOUT, encoding="utf-8")
    put("ZZ1/2026-09/pulse.csv", "Id,Active\n1,yes\n2,no\n")
    run()
    put("ZZ1/2026/pulse.csv", "Id,Active\n1,yes\n2,no\n3,no\n")
    (outcome,) = run().outcomes
    assert (outcome.state, codes(settings, outcome.submission_id)) == (State.REJECTED, {"F016"})
    assert "period 2026 overlaps September 2026" in outcome.sentences[0]


def test_a_template_that_names_another_organisation_or_period_than_its_folder_is_refused(
    settings: Settings, put: Put, run: Run, tmp_path: Path
) -> None:
    for place, code in (("ZZ2/a.xlsx", "F024"), ("ZZ1/2026-08/a.xlsx", "F014")):
        put(place, filled_template(tmp_path / "filled.xlsx", "ZZ1", "2026-09"))
        (outcome,) = run().outcomes
        assert (outcome.state, codes(settings, outcome.submission_id)) == (State.REJECTED, {code})


def test_a_template_says_by_itself_who_sent_it_and_when(settings: Settings, put: Put, run: Run, tmp_path: Path) -> None:
    put("a.xlsx", filled_template(tmp_path / "filled.xlsx", "ZZ1", "2026-09"))
    (outcome,) = run().outcomes
    assert (outcome.state, outcome.organisation_code, outcome.period) == (State.LOADED, "ZZ1", "2026-09")


@pytest.mark.parametrize(
    ("folder", "hint"),
    [("job_plans", 'did you mean "job_plan"?'), ("2026-13", "write a month like 2026-09"), ("populaton", "population")],
)
def test_a_folder_that_is_nearly_right_is_refused_lest_a_file_count_twice(
    settings: Settings, put: Put, run: Run, folder: str, hint: str
) -> None:
    put(f"ZZ1/{folder}/a.csv", counts(all=50))
    (outcome,) = run().outcomes
    assert (outcome.state, codes(settings, outcome.submission_id)) == (State.REJECTED, {"F026"})
    assert hint in outcome.sentences[0]


@pytest.mark.parametrize(("organisation", "period"), [("Mary Quibbleton", "2026-09"), ("ZZ1", "for Mary Quibbleton")])
def test_what_is_written_on_the_about_sheet_is_not_repeated(
    settings: Settings, put: Put, run: Run, tmp_path: Path, organisation: str, period: str
) -> None:
    for place in ("a.xlsx", "ZZ2/a.xlsx", "ZZ2/2026-08/a.xlsx"):
        put(place, filled_template(tmp_path / "filled.xlsx", organisation, period))
        (outcome,) = run().outcomes
        assert outcome.state is State.REJECTED
        assert "Quibbleton" not in " ".join(outcome.sentences)


def test_a_withdrawn_mapping_takes_its_layout_with_it(settings: Settings, put: Put, run: Run) -> None:
    layout = settings.config / "layouts" / "population" / "made.toml"
    layout.write_text(COUNTS_LAYOUT.replace("counts", "made").replace("Who", "Whom"), encoding="utf-8")
    slot = Slot("config", "mapping", "population/made", Period.parse("2026-10"))
    put("ZZ1/a.csv", counts(all=50))
    (outcome,) = run().outcomes
    with exclusive_ledger(settings) as ledger:
        ledger.record(outcome.submission_id, State.LOADED, IngestResult(slot=slot), NOW)
        (told,) = withdraw(settings, ledger, outcome.submission_id, "An Officer", "", NOW)
    assert "`research-culture run` reads the files of it again" in told
    assert not layout.exists()


def test_a_run_tells_where_the_findings_of_a_loaded_file_lie(
    settings: Settings, put: Put, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", counts(medical=50, Wizards=9))
    month = run()
    (outcome,) = month.outcomes
    show_month(month, as_json=False)
    assert f"was taken with 2 findings, without 1 of its 2 rows: {outcome.workbook}" in capsys.readouterr().out
    assert (settings.home / outcome.workbook).is_file()


def test_a_file_taken_by_hand_says_what_is_left_to_do(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(counts(all=50), encoding="utf-8")
    with exclusive_ledger(settings) as ledger:
        month = ingest_file(settings, ledger, file, SenderHints("ZZ1"), NOW)
        (sentence,) = month.release_sentences
        assert sentence.startswith("Not released yet: `research-culture run` proposes a release")
        for hints in (SenderHints("ZZ1", dataset="job_plans"), SenderHints("ZZ1", period="soon")):
            with pytest.raises(UsageError):
                ingest_file(settings, ledger, file, hints, NOW)


def test_a_withdrawn_submission_is_gone_from_the_next_release(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/a.csv", counts(all=50))
    put("ZZ2/a.csv", counts(all=70))
    first, _ = run().outcomes
    with exclusive_ledger(settings) as ledger:
        ledger.withdraw(first.submission_id, NOW)
    run()
    assert loaded_people(settings) == {"all": 70}
    with open_reader(settings.analyst_file) as analysts:
        senders = analysts.execute("SELECT organisation_code FROM core.fct_population").fetchall()
    assert senders == [("ZZ2",)]


def test_two_runs_at_once_are_refused(settings: Settings) -> None:
    with exclusive_ledger(settings), pytest.raises(SetupError, match="another run"), exclusive_ledger(settings):
        pass


def test_a_stopped_run_leaves_nothing_that_the_next_one_trips_over(settings: Settings, put: Put, run: Run) -> None:
    (settings.staged / ".20260901-abc-1").mkdir()
    (settings.landing / ".incoming-99").write_text("half")
    put("ZZ1/a.csv", counts(Wizards=9))
    (refused,) = run().outcomes
    (settings.staged / refused.submission_id).mkdir()
    put("ZZ1/b.csv", counts(all=50))
    run()
    assert len(list(settings.staged.iterdir())) == 1
    assert len(list(settings.landing.iterdir())) == 2


def test_every_row_is_accounted_for(settings: Settings, put: Put, run: Run) -> None:
    content = counts(medical=5, Wizards=9, nurses=7) + "headcount,Students,31/02/2026,4\n\n"
    put("ZZ1/a.csv", content)
    (outcome,) = run().outcomes
    found = outcome.counts
    assert is_reconciled(found)
    assert (found.accepted, found.rejected) == (2, 2)
    assert any('"31/02/2026" is not a date that exists; write it like' in sentence for sentence in outcome.sentences)
