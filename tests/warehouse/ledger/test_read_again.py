"""Which submissions a corrected `config/` may mend, and what a new reading leaves of one that is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.findings import Finding
from schemas.submissions import Period, Slot, State
from tests.lib.walk import NOW, SLOT, TAKEN, land
from warehouse.ledger.read_again import corrected_by, is_before, keep, pending
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

ONE, OTHER = {"layout population/counts": "1"}, {"layout population/counts": "2"}
UNKNOWN = {"mapping": "mapping.xlsx"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", "tester") as opened:
        yield opened


def waiting(ledger: Ledger, read_by: dict[str, str]) -> list[str]:
    return [one.submission_id for one in pending(ledger, read_by)]


@pytest.mark.parametrize(
    ("finding", "again"),
    [
        (Finding("F011", details=UNKNOWN), ["s1"]),
        (Finding("F012", details={"heading": "Who", "hint": ""}), ["s1"]),
        (Finding("F017"), ["s1"]),
        (Finding("F021", details={"organisation": ""}), ["s1"]),
        (Finding("F001"), []),
        (Finding("F030", details={"why": "it ended"}), []),
    ],
)
def test_what_config_may_mend_waits_again_once_config_has_changed(
    ledger: Ledger, finding: Finding, again: list[str]
) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.REJECTED, IngestResult(findings=(finding,), read_by=ONE), NOW)
    assert waiting(ledger, ONE) == []
    assert waiting(ledger, OTHER) == again


def test_what_is_loaded_or_held_does_not_wait(ledger: Ledger) -> None:
    for name, state in (("s1", State.LOADED), ("s2", State.HELD)):
        land(ledger, name)
        ledger.record(name, state, TAKEN, NOW)
    assert waiting(ledger, OTHER) == []


def test_a_former_reading_that_is_kept_stays_loaded_with_its_rows(ledger: Ledger) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    before = ledger.submission("s1")
    keep(ledger, "s1", IngestResult(findings=(Finding("F017"),), read_by=OTHER), NOW)
    after = ledger.submission("s1")
    assert (after.state, after.slot, after.counts, after.accepted_at) == (
        State.LOADED,
        before.slot,
        before.counts,
        before.accepted_at,
    )
    assert (after.read_by, [f["code"] for f in ledger.findings("s1")]) == (OTHER, ["F017"])


def test_submissions_are_in_the_order_in_which_they_came(ledger: Ledger) -> None:
    first, second = (ledger.submission(land(ledger, name)) for name in ("s2", "s1"))
    assert (is_before(ledger, first, second), is_before(ledger, second, first)) == (True, False)


def test_a_ledger_of_an_earlier_version_is_read_as_before(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    with Ledger(file, "tester") as old:
        land(old, "s1")
        old.record("s1", State.REJECTED, IngestResult(findings=(Finding("F017"),)), NOW)
        with old.change(NOW, "test", "s1") as change:
            change.execute("ALTER TABLE submission DROP COLUMN read_by")
    with Ledger(file, "tester") as opened:
        assert opened.submission("s1").read_by == {}
        assert waiting(opened, ONE) == ["s1"]


@pytest.mark.parametrize(
    ("refused", "later", "sender", "slot", "is_corrected"),
    [
        ("plans.csv", "Plans-corrected.csv", "ZZ1", None, True),
        ("plans.csv", "other.csv", "ZZ1", None, False),
        ("plans.csv", "plans.csv", "ZZ2", None, False),
        ("plans.csv", "other.csv", "ZZ1", SLOT, True),
        ("plans.csv", "plans.csv", "ZZ1", replace(SLOT, period=Period.parse("2025")), False),
    ],
)
def test_a_later_file_for_the_same_corrects_a_refused_one_also_of_the_same_run(
    ledger: Ledger, refused: str, later: str, sender: str, slot: Slot | None, is_corrected: bool
) -> None:
    """Both came at the same time, as files of one run do."""
    for name, sent_name, code in (("s1", refused, "ZZ1"), ("s2", later, sender)):
        ledger.land(name, name, 1, sent_name, SenderHints(code), NOW)
    ledger.record("s1", State.REJECTED, IngestResult(slot=slot), NOW)
    ledger.record("s2", State.LOADED, replace(TAKEN, slot=replace(SLOT, sender=sender)), NOW)
    first, second = submissions = ledger.submissions()
    assert corrected_by(first, submissions) == (second if is_corrected else None)
    assert corrected_by(second, submissions) is None
