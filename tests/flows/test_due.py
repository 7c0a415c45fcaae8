"""What is due by the home's calendar, and is not loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.due import Due, due
from flows.errors import SetupError
from flows.home.doctor import diagnose
from flows.settings import Settings, read_rules
from schemas.submissions import Period, Slot, State
from tests.lib.walk import NOW, TAKEN, land, new_home
from warehouse.ledger.store import IngestResult, Ledger

HEADINGS = "dataset,organisation_code,months,days_after,from_date\n"
TODAY = date(2026, 10, 20)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return new_home(tmp_path, monkeypatch)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger(settings.ledger, "tester") as opened:
        yield opened


def declare(settings: Settings, *lines: str) -> None:
    (settings.config / "calendar.csv").write_text(HEADINGS + "".join(f"{line}\n" for line in lines))


def load(ledger: Ledger, name: str, slot: Slot, state: State = State.LOADED) -> None:
    land(ledger, name, name)
    ledger.record(name, state, IngestResult(slot=slot), NOW)


def found(settings: Settings, ledger: Ledger) -> list[tuple[str, str, str, str, bool]]:
    return [
        (one.organisation_code, one.dataset, one.period.label, f"{one.due_date}", one.is_overdue)
        for one in due(settings, ledger, TODAY)
    ]


def test_init_writes_a_calendar_by_which_nothing_is_due(settings: Settings, ledger: Ledger) -> None:
    assert (settings.config / "calendar.csv").read_text() == HEADINGS
    assert due(settings, ledger, TODAY) == ()
    (settings.config / "calendar.csv").unlink()
    assert due(settings, ledger, TODAY) == ()


def test_what_is_due_for_all_is_due_of_each_organisation_until_it_is_loaded(settings: Settings, ledger: Ledger) -> None:
    declare(settings, "job_plan,all,all,15,2026-08-01")
    assert found(settings, ledger) == [
        ("ZZ1", "job_plan", "2026-08", "2026-09-15", True),
        ("ZZ1", "job_plan", "2026-09", "2026-10-15", True),
        ("ZZ2", "job_plan", "2026-08", "2026-09-15", True),
        ("ZZ2", "job_plan", "2026-09", "2026-10-15", True),
    ]
    load(ledger, "august", Slot("ZZ1", "job_plan", "one", Period.parse("2026-08")))
    load(ledger, "year", Slot("ZZ2", "job_plan", "one", Period.parse("2026/27")))
    load(ledger, "refused", Slot("ZZ1", "job_plan", "one", Period.parse("2026-09")), State.REJECTED)
    assert found(settings, ledger) == [("ZZ1", "job_plan", "2026-09", "2026-10-15", True)]


def test_only_the_months_of_the_line_are_due_and_an_organisation_s_line_goes_before(
    settings: Settings, ledger: Ledger
) -> None:
    declare(settings, "survey,all,3 09,30,2026-01-01", "survey,ZZ2,none,0,2026-01-01", "population,ZZ2,9,20,2026-01-01")
    assert found(settings, ledger) == [
        ("ZZ1", "survey", "2026-03", "2026-04-30", True),
        ("ZZ1", "survey", "2026-09", "2026-10-30", False),
        ("ZZ2", "population", "2026-09", "2026-10-20", False),  # its last day is today
    ]


def test_a_published_file_is_there_for_all(settings: Settings, ledger: Ledger) -> None:
    declare(settings, "nss_benchmark,all,9,0,2026-01-01")
    load(ledger, "nss", Slot("national", "nss_benchmark", "one", Period.parse("2026")))
    assert due(settings, ledger, TODAY) == ()


def test_a_withdrawn_file_is_due_again(settings: Settings, ledger: Ledger) -> None:
    declare(settings, "job_plan,ZZ1,9,0,2026-09-01")
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    assert due(settings, ledger, TODAY) == ()
    ledger.withdraw("s1", NOW)
    assert due(settings, ledger, TODAY) == (
        Due("ZZ1", "job_plan", Period.parse("2026-09"), date(2026, 9, 30), is_overdue=True),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plans,all,all,15,2026-08-01", "dataset: write one of "),
        ("job_plan,ZZ9,all,15,2026-08-01", "organisation_code: write a code of organisations.csv, or all"),
        ("job_plan,all,,15,2026-08-01", "months: write all, none, or the numbers of months such as 3 9"),
        ("job_plan,all,13,15,2026-08-01", "months: write all, none, or the numbers of months such as 3 9"),
        ("job_plan,all,all,soon,2026-08-01", "days_after: write a whole number"),
        ("job_plan,all,all,-1,2026-08-01", "days_after: write 0 or more"),
        ("job_plan,all,all,15,1/8/2026", "from_date: write a date such as 2026-09-01"),
        ("survey,ZZ1,9,30,2026-01-01", "dataset: another line has this dataset and organisation; keep one of them"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_column(settings: Settings, line: str, said: str) -> None:
    declare(settings, "survey,ZZ1,9,30,2026-01-01", line)
    (told,) = [
        one.sentence for one in diagnose(settings, lambda: False) if not one.is_well and "calendar" in one.sentence
    ]
    assert f"calendar.csv, line 3, column {said}" in told


def test_a_calendar_without_a_column_says_which(settings: Settings, ledger: Ledger) -> None:
    (settings.config / "calendar.csv").write_text("dataset,organisation_code\njob_plan,all\n")
    with pytest.raises(SetupError, match=r"calendar.csv, line 2: there is no column months"):
        due(settings, ledger, TODAY)


def test_the_calendar_is_no_rule_of_any_figure(settings: Settings) -> None:
    before = read_rules(settings).version
    declare(settings, "job_plan,all,all,15,2026-08-01")
    assert read_rules(settings).version == before
