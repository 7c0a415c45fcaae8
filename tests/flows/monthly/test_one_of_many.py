"""One submission's failure is its own: it is refused once, with a code, and the files beside it are taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli.month import show_month
from flows.errors import UsageError
from flows.monthly.by_hand import withdraw
from flows.monthly.ingest import Outcome
from flows.monthly.landing import land_inbox
from flows.monthly.run import Month, exclusive_ledger, ingest_pending, plain_steps
from flows.settings import Settings, actor
from schemas.submissions import State
from tests.lib import poison
from tests.lib.files import is_reconciled
from tests.lib.mappings import sheets
from tests.lib.people import EMPLOYEE, GMC, do_erase, plans
from tests.lib.walk import FEWER, MANY, NOW, Put, counts
from warehouse.ledger.store import Ledger
from warehouse.staging import load

Take = Callable[[], tuple[Outcome, ...]]


@pytest.fixture
def take(settings: Settings) -> Take:
    """Land and ingest what waits, without a release."""

    def take_all() -> tuple[Outcome, ...]:
        with exclusive_ledger(settings) as ledger:
            steps = plain_steps(settings, ledger)
            land_inbox(settings, ledger, NOW)
            return ingest_pending(settings, ledger, steps, NOW)[0]

    return take_all


def codes(settings: Settings) -> dict[str, list[str]]:
    """The codes of every submission's findings, by the name of the file."""
    with Ledger(settings.ledger, actor()) as ledger:
        return {s.sent_name: [f["code"] for f in ledger.findings(s.submission_id)] for s in ledger.submissions()}


def test_files_that_end_or_fill_their_reader_are_refused_once_and_the_others_are_taken(
    settings: Settings, put: Put, take: Take
) -> None:
    expected = {"good.csv": [], "good.xlsx": []}
    put("ZZ1/good.csv", counts(all=50))
    for code, files in (("F028", poison.FAR), ("F030", poison.PANICS)):
        for number, content in enumerate(files.values()):
            expected[f"{code}-{number}.xlsx"] = [code]
            put(f"ZZ1/{code}-{number}.xlsx", content)
    for number, line in enumerate(poison.WIDE.values()):
        expected[f"F029-{number}.csv"] = ["F029"]
        put(f"ZZ1/F029-{number}.csv", line)
    put("ZZ2/good.xlsx", poison.HARMLESS["a huge dimension"])
    outcomes = take()
    assert codes(settings) == expected
    assert sum(outcome.is_taken for outcome in outcomes) == 2
    assert all((settings.home / outcome.workbook).is_file() for outcome in outcomes if not outcome.is_taken)
    assert take() == ()
    assert sorted(folder.name for folder in settings.staged.iterdir()) == sorted(
        outcome.submission_id for outcome in outcomes if outcome.is_taken
    )


def test_a_rule_that_fails_on_a_file_refuses_it_without_its_words(
    settings: Settings, put: Put, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = load.check_file

    def failing(connection: object, folder: Path, *others: object) -> object:
        if not list(settings.staged.glob("2*")):
            raise KeyError("7312345")
        return real(connection, folder, *others)

    put("ZZ1/a.csv", counts(all=50))
    monkeypatch.setattr("flows.monthly.ingest.check_file", failing)
    (outcome,) = take()
    assert outcome.state is State.REJECTED
    assert "KeyError at test_one_of_many.py:" in outcome.sentences[0] and "7312345" not in outcome.sentences[0]
    assert is_reconciled(outcome.counts) and outcome.counts.rejected == 1
    monkeypatch.undo()
    put("ZZ2/a.csv", counts(all=60))
    assert [one.state for one in take()] == [State.LOADED]


def test_a_workbook_that_cannot_be_written_refuses_its_file_alone(
    settings: Settings, put: Put, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("7312345")

    monkeypatch.setattr("flows.monthly.ingest.write_mapping", failing)
    put("ZZ1/a.csv", "Colour,Shape,Size\nred,round,1\nblue,round,2\n")
    put("ZZ2/a.csv", counts(all=60))
    first, second = take()
    assert (first.state, second.state) == (State.REJECTED, State.LOADED)
    assert "ValueError at test_one_of_many.py:" in first.sentences[1] and "7312345" not in first.sentences[1]
    assert (settings.home / first.workbook).is_file()


def test_what_the_machine_does_leaves_the_file_landed(settings: Settings, put: Put, take: Take) -> None:
    put("ZZ1/a.csv", counts(all=50))
    shutil.rmtree(settings.staged, ignore_errors=True)
    settings.staged.write_text("a file where the folder was", encoding="utf-8")
    with pytest.raises(OSError):
        take()
    with Ledger(settings.ledger, actor()) as ledger:
        assert [s.state for s in ledger.submissions()] == [State.LANDED]
    settings.staged.unlink()
    settings.staged.mkdir()
    assert [one.state for one in take()] == [State.LOADED]


def test_a_landed_file_that_is_gone_stays_landed_and_the_others_are_taken(
    settings: Settings, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    put("ZZ2/a.csv", counts(all=60))
    with exclusive_ledger(settings) as ledger:
        land_inbox(settings, ledger, NOW)
        lost, _ = ledger.submissions()
        landed = settings.landing / lost.landed_name
        landed.rename(landed.with_name("elsewhere"))
        outcomes = ingest_pending(settings, ledger, plain_steps(settings, ledger), NOW)[0]
        assert [one.state for one in outcomes] == [State.LANDED, State.LOADED]
        assert outcomes[0].sentences == (
            f"Its copy landing/{lost.submission_id} cannot be opened (No such file or directory). It stays landed: put"
            f" the copy back and run again, or take it out with `research-culture withdraw {lost.submission_id}`.",
        )
        landed.with_name("elsewhere").rename(landed)
        show_month(Month(outcomes, (), None), as_json=False)
        assert "To send back" not in capsys.readouterr().out
        (outcome,) = ingest_pending(settings, ledger, plain_steps(settings, ledger), NOW)[0]
        assert outcome.is_taken


def test_a_file_that_cannot_be_looked_into_for_erased_people_does_not_end_the_run(
    settings: Settings, plan_layout: None, put: Put, take: Take
) -> None:
    put("ZZ1/2026-08/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    take()
    do_erase(settings)
    put("ZZ1/a.xlsx", poison.PANICS["a date before all time"])
    put("ZZ1/2026-09/b.csv", plans(("7000001", "000200")))
    assert [one.state for one in take()] == [State.REJECTED, State.LOADED]
    assert take() == ()


def test_withdraw_takes_back_a_submission_in_any_state_and_says_what_that_means(
    settings: Settings, put: Put, take: Take
) -> None:
    put("ZZ1/a.csv", MANY.replace("9\n", "8\n"))
    take()
    for name, content in (("b", MANY), ("c", FEWER)):
        put(f"ZZ1/{name}.csv", content)
        take()
    put("ZZ1/d.csv", "no headings")
    take()
    put("ZZ1/e.csv", counts(all=3))
    with exclusive_ledger(settings) as ledger:
        land_inbox(settings, ledger, NOW)
        states = [s.state for s in ledger.submissions()]
        assert states == [State.SUPERSEDED, State.LOADED, State.HELD, State.REJECTED, State.LANDED]
        ids = [s.submission_id for s in ledger.submissions()]
        said = [withdraw(settings, ledger, one, "An Officer", "sent in error", NOW)[0] for one in ids]
        assert [sentence.partition(" is withdrawn. ")[2] for sentence in said] == [
            "A later file had replaced it, so no release changes.",
            "`research-culture run` proposes a release without it.",
            "It was held, so no release changes.",
            "It had been refused, and no run will read it again.",
            "It was never read, and no run will read it.",
        ]
        assert {s.state for s in ledger.submissions()} == {State.WITHDRAWN}
        with pytest.raises(UsageError, match="withdrawn: its rows no longer count"):
            withdraw(settings, ledger, ids[0], "An Officer", "again", NOW)
        assert ingest_pending(settings, ledger, plain_steps(settings, ledger), NOW)[0] == ()


def test_the_workbook_of_findings_says_in_words_whose_file_it_was_and_for_when(
    settings: Settings, put: Put, take: Take
) -> None:
    put("ZZ1/2026-09/a.csv", MANY)
    take()
    put("ZZ1/2026-09/b.csv", FEWER)
    (held,) = take()
    summary = {line[0]: line[1] for line in sheets(settings.home / held.workbook)["Summary"]}
    assert (summary["Dataset"], summary["Period"]) == ("Population counts", "September 2026")
    assert summary["Organisation"] == "Fictional Trust ZZ1 (ZZ1)"
