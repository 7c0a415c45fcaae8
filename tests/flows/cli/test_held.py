"""What holds a release, on the officer's own screen with numbers and file names; on Prefect's pages without."""

from __future__ import annotations

import re

import pytest

from flows.cli.app import show
from flows.errors import HELD
from flows.settings import Settings
from tests.lib.command_line import Say
from tests.lib.people import plans
from tests.lib.walk import Put, Run
from warehouse.build import checks

SUITES = checks._suites
IN_SCOPE = "Who,Group,Day,Count\njob_plan_scope,All staff,30/09/2026,40\n"


@pytest.fixture
def more_than_in_scope(put: Put, plan_layout: None) -> None:
    """41 people with a signed-off plan, where 40 are counted in scope."""
    put("ZZ1/2026-09/Smith plans.csv", plans(*((f"7{n:06}", f"{n:06}") for n in range(41))))
    put("ZZ1/2026-09/people.csv", IN_SCOPE)


def test_the_officer_sees_the_figure_with_its_numbers_and_files_and_prefect_does_not(
    more_than_in_scope: None, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "_suites", SUITES)
    month = run()
    assert month.published and month.published.is_held
    show(month)
    said = capsys.readouterr().out
    assert "Found in job_plan_signed_off of ZZ1, September 2026 (submission " in said
    assert "Is the count for everyone that it is divided by too low" in said
    assert "  - job_plan_signed_off of ZZ1, September 2026: numerator 41, denominator 40; " in said
    assert "Smith plans.csv (" in said and "people.csv (" in said
    told = re.sub(r"\(submission [^)]*\)", "", month.as_markdown())
    assert "Found in job_plan_signed_off of ZZ1" in told
    assert not any(word in told for word in ("Smith", "people.csv", "41", "102"))


def test_once_the_count_is_corrected_nothing_holds_it(
    settings: Settings, more_than_in_scope: None, say: Say, put: Put
) -> None:
    assert say("run", "--no-server").code == HELD
    put("ZZ1/2026-09/people.csv", IN_SCOPE.replace("40\n", "50\n"))
    held = say("run", "--no-server")
    assert (held.code, "Behind" in held.out) == (0, False)
