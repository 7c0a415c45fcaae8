"""A proposal: what changed since the release that shows, counted and never printed."""

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
from warehouse.release.proposal import Proposal, line, proposal_of

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
def proposal(changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path) -> Proposal:
    """A release beside r1: three figures changed as the statements say, of three."""
    former = released(changing, tmp_path / "released", "r1")
    propose(ledger, {"release_id": "r1", **WORDS}, ["s1", "s4", "s5"], NOW)
    decide(ledger, "r1", Decision.APPROVED, NOW, "An Approver")
    for change in (
        "UPDATE marts.metric_value SET numerator = 17.5 WHERE status = 'shown'",
        "UPDATE marts.metric_value SET status = 'not_available' WHERE period_end = DATE '2026-10-31'",
        "DELETE FROM marts.metric_value WHERE organisation_code = 'ZZ2' AND period_end = DATE '2026-09-30'",
    ):
        changing.execute(change)
    release = released(changing, tmp_path / "proposed", "r2", Former(former.folder))
    return proposal_of(changing, ledger, release, ["s2", "s3", "s5"], ["Look: a plan."])


def test_it_says_what_changed_and_of_which_submissions_rows_were_refused(proposal: Proposal) -> None:
    assert (proposal.since, proposal.absent, proposal.unmet) == ("r1", (), ("Look: a plan.",))
    assert [(change, line(slot)) for change, slot in proposal.submissions] == [
        ("corrected", "ZZ1 job_plan one 2026-08"),
        ("gone", "ZZ1 job_plan one 2026-07"),
        ("new", "ZZ1 job_plan one 2026-09"),
    ]
    assert dict(proposal.changes) == {"counts changed": 1, "now not available": 1, "gone": 1}
    assert [one.submission_id for one in proposal.refused] == ["s2", "s3", "s5"]


def test_in_prefect_it_is_a_few_lines_without_a_figure_or_a_file_name(proposal: Proposal) -> None:
    lines = proposal.as_markdown().splitlines()
    assert lines[:3] == ["# Release r2, as proposed", "", proposal.release.headline]
    assert {
        "- corrected: ZZ1 job_plan one 2026-08",
        "- 1 figure: now not available",
        "- Look: a plan.",
        "- Rows of 3 submissions behind it were refused, and are not counted.",
    } <= {*lines}
    assert not any(told in "\n".join(lines) for told in ("17.5", "plans.csv"))


def test_the_first_release_is_all_new(work: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path) -> None:
    proposal = proposal_of(work, ledger, released(work, tmp_path), ["s1"], [])
    assert (proposal.since, proposal.submissions, proposal.changes) == ("", (), ())
    assert "- Every check passed." in proposal.as_markdown()


def test_a_figure_made_again_with_another_last_digit_has_not_changed(
    changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path
) -> None:
    former = released(changing, tmp_path, "r1")
    propose(ledger, {"release_id": "r1", **WORDS}, ["s1"], NOW)
    decide(ledger, "r1", Decision.APPROVED, NOW, "An Approver")
    changing.execute("UPDATE marts.metric_value SET value = value + 1e-11")
    release = released(changing, tmp_path, "r2", Former(former.folder))
    proposal = proposal_of(changing, ledger, release, ["s1"], [])
    assert (proposal.changes, proposal.submissions) == ((), ())


def test_it_says_which_files_have_not_come(changing: duckdb.DuckDBPyConnection, ledger: Ledger, tmp_path: Path) -> None:
    release = released(changing, tmp_path / "proposed", "r2")
    gap = "('ZZ1', 'job_plan', '', 'nurses', DATE '2026-09-01', DATE '2026-09-30', DATE '2026-08-31')"
    changing.execute(f"INSERT INTO core.source_missing VALUES {gap}")
    proposal = proposal_of(changing, ledger, release, ["s2"], [])
    changing.execute("DELETE FROM core.source_missing")
    absent = "ZZ1, job_plan, source nurses: none for 2026-09; the last was to 2026-08-31"
    assert proposal.absent == (absent,)
    assert f"- Not come: {absent}." in proposal.as_markdown()
