"""Where it is not certain what a file is, it is refused with the question to answer; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.ingest import Outcome
from flows.landing import land_inbox
from flows.monthly import ingest_pending, one_run, plain_steps
from flows.settings import Settings
from schemas.codelists import load_instruments
from schemas.datasets import DATASETS
from schemas.submissions import State
from tests.flows.conftest import NOW
from tests.transforms.files import workbook

Put = Callable[[str, str | bytes], Path]
Judge = Callable[[], Outcome]
QUESTION = load_instruments().items[0].heading


@pytest.fixture
def judge(settings: Settings) -> Judge:
    """Judge what waits in the inbox, without a build; gives the last outcome."""

    def judge_inbox() -> Outcome:
        with one_run(settings) as ledger:
            land_inbox(settings, ledger, NOW)
            return ingest_pending(settings, ledger, plain_steps(settings, ledger), NOW)[-1]

    return judge_inbox


def population(organisation: str = "", period: str = "") -> bytes:
    """The template filled in, with what its About sheet says."""
    headings = [field.title for field in DATASETS["population"].fields]
    about = [["Organisation code", organisation], ["Period", period]]
    return workbook({"Data": [headings, ["Headcount", "All staff", "2026-09-30", 9]], "About": about})


def survey(day: str) -> bytes:
    headings = ["Response ID", "Date of response", QUESTION]
    return workbook({"Data": [headings, ["R1", day, 7], ["R2", day, 8]], "About": []})


def refused(judge: Judge) -> str:
    outcome = judge()
    assert outcome.state is State.REJECTED
    (sentence,) = outcome.sentences
    return sentence


@pytest.mark.parametrize("place", ["ZZ1/a.xlsx", "ZZ1/2026-09/a.xlsx", "a.xlsx"])
def test_folder_and_file_may_both_say_or_either(put: Put, judge: Judge, place: str) -> None:
    put(place, population("ZZ1", "2026-09"))
    outcome = judge()
    assert (outcome.state, outcome.organisation_code, outcome.period) == (State.LOADED, "ZZ1", "2026-09")


def test_a_file_of_another_organisation_than_its_folder_is_refused(put: Put, judge: Judge) -> None:
    put("ZZ1/a.xlsx", population("ZZ2"))
    assert refused(judge) == "The organisation in the file (ZZ2) is not the one it was sent for (ZZ1); resend it."


def test_a_file_for_another_period_than_its_folder_is_refused(put: Put, judge: Judge) -> None:
    put("ZZ1/2026-08/a.xlsx", population("ZZ1", "2026-09"))
    assert refused(judge) == (
        "Which period it is for is not certain (the folder says 2026-08, the file 2026-09);"
        " put it into a folder named like 2026-09."
    )


def test_a_survey_wave_that_overlaps_a_loaded_one_is_refused(put: Put, judge: Judge) -> None:
    put("ZZ1/survey/2026-09/a.xlsx", survey("2026-09-14"))
    judge()
    put("ZZ1/survey/2026/b.xlsx", survey("2026-10-14"))
    assert refused(judge) == (
        "Its period 2026 overlaps 2026-09, which is loaded; send one file for the whole or withdraw it."
    )


def test_a_needed_date_that_does_not_exist_rejects_its_row(put: Put, judge: Judge) -> None:
    put("ZZ1/a.csv", "Who,Group,Day,Count\nheadcount,Students,31/02/2026,4\nheadcount,Students,30/09/2026,4\n")
    outcome = judge()
    assert (outcome.counts.accepted, outcome.counts.rejected) == (1, 1)
    (sentence,) = outcome.sentences
    assert sentence.startswith('Row 2, column "Day": "31/02/2026" is not a date that exists; write it like ')
