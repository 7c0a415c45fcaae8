"""The proposal page: what changed since the release that shows, counted and never printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from schemas.submissions import Period, Slot, State
from tests.lib.walk import TAKEN, land, released
from warehouse.ledger.release_log import Decision, decide, propose
from warehouse.ledger.store import Ledger
from warehouse.release.former import Former
from warehouse.release.proposal import proposal_page

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
WORDS = dict.fromkeys(("manifest_sha256", "content_hash", "headline", "rule_version", "code_version"), "x")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Five submissions: s2 corrects s1, and s1 and s4 stand behind the release r1."""
    slots = {"s1": "2026-08", "s2": "2026-08", "s3": "2026-09", "s4": "2026-07", "s5": "2026-06"}
    with Ledger(tmp_path / "ledger.sqlite", "tester") as ledger:
        for name, month in slots.items():
            land(ledger, name, sha256=name)
            slot = Slot("ZZ1", "job_plan", "one", Period.parse(month))
            ledger.record(name, State.LOADED, replace(TAKEN, slot=slot), NOW)
        yield ledger


@pytest.fixture
def changing(work: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The work database, whose figures are put back as they were."""
    work.execute("CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM marts.metric_value")
    yield work
    work.execute("DELETE FROM marts.metric_value")
    work.execute("INSERT INTO marts.metric_value SELECT * FROM kept")


@pytest.fixture
def page(changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path) -> str:
    """The page of a release beside r1: three figures changed as the statements say, of three."""
    former = released(changing, tmp_path / "released", "r1")
    propose(ledger, {"release_id": "r1", **WORDS}, ["s1", "s4", "s5"], NOW)
    decide(ledger, "r1", Decision.APPROVED, NOW, "An Approver")
    for change in (
        "UPDATE marts.metric_value SET numerator = 17.5 WHERE status = 'shown'",
        "UPDATE marts.metric_value SET status = 'not_available' WHERE period_end = DATE '2026-10-31'",
        "DELETE FROM marts.metric_value WHERE organisation_code = 'ZZ2' AND period_end = DATE '2026-09-30'",
    ):
        changing.execute(change)
    proposal = released(changing, tmp_path / "proposed", "r2", Former(former.folder))
    (proposal.folder / "disclosure_report.md").write_text("## Disclosure\n\nThree cells.\n", encoding="utf-8")
    return proposal_page(changing, ledger, proposal, ["s2", "s3", "s5"], ["Look: a plan."])


def test_it_says_what_changed_which_check_is_not_met_and_what_disclosure_control_did(page: str) -> None:
    assert page.splitlines() == [
        "# Release r2, as proposed",
        "",
        "1 of 2 figures shown; 1 not available because its population has not come.",
        "",
        "## What changed",
        "",
        "Since release r1, the current one:",
        "",
        "- corrected: ZZ1 job_plan one 2026-08",
        "- gone: ZZ1 job_plan one 2026-07",
        "- new: ZZ1 job_plan one 2026-09",
        "",
        "| metric | figures | change | status before | status now |",
        "| --- | --- | --- | --- | --- |",
        "| job_plan_any_research_time | 1 | counts changed | shown | shown |",
        "| job_plan_any_research_time | 1 | gone | suppressed |  |",
        "| job_plan_any_research_time | 1 | now not available | suppressed | not_available |",
        "",
        "## Checks",
        "",
        "- Look: a plan.",
        *(
            f"- Refused, and not counted: 1 of 10 rows of ZZ1 job_plan one {month};"
            f" see `research-culture findings {one}`."
            for one, month in (("s2", "2026-08"), ("s3", "2026-09"), ("s5", "2026-06"))
        ),
        "",
        "## Disclosure",
        "",
        "Three cells.",
    ]


def test_it_prints_no_figure(page: str) -> None:
    assert "17.5" not in page


def test_the_first_release_is_all_new(work: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path) -> None:
    page = proposal_page(work, ledger, released(work, tmp_path), ["s1"], [])
    assert "There is no current release, so all of it is new." in page
    assert "- Every check passed." in page


def test_a_figure_made_again_with_another_last_digit_has_not_changed(
    changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path
) -> None:
    former = Former(released(changing, tmp_path, "r1").folder)
    propose(ledger, {"release_id": "r1", **WORDS}, ["s1"], NOW)
    decide(ledger, "r1", Decision.APPROVED, NOW, "An Approver")
    changing.execute("UPDATE marts.metric_value SET value = value + 1e-11")
    page = proposal_page(changing, ledger, released(changing, tmp_path, "r2", former), ["s1"], [])
    assert "No figure changed." in page and "- The same submissions stand behind it." in page


def test_its_first_lines_say_which_files_have_not_come(
    changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path
) -> None:
    proposal = released(changing, tmp_path / "proposed", "r2")
    gap = "('ZZ1', 'job_plan', '', 'nurses', DATE '2026-09-01', DATE '2026-09-30', DATE '2026-08-31')"
    changing.execute(f"INSERT INTO core.source_missing VALUES {gap}")
    page = proposal_page(changing, ledger, proposal, ["s2"], [])
    changing.execute("DELETE FROM core.source_missing")
    assert page.splitlines()[:4] == [
        "# Release r2, as proposed",
        "",
        "- Not come: ZZ1, job_plan, source nurses: none for 2026-09; the last was to 2026-08-31.",
        "",
    ]
