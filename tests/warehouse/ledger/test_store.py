"""The ledger: one transaction a change, one loaded submission a slot, and an audit chain."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.findings import Finding
from schemas.submissions import Counts, State
from tests.lib.walk import NOW, SLOT, TAKEN, land
from warehouse.ledger.store import Ledger, SenderHints


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger(tmp_path / "ledger.sqlite", "tester") as ledger:
        yield ledger


def test_a_landed_file_comes_back_with_its_hints(ledger: Ledger) -> None:
    land(ledger, "s1")
    found = ledger.submission("s1")
    assert (found.state, found.hints, found.slot) == (State.LANDED, SenderHints(organisation="ZZ1"), None)
    assert [s.submission_id for s in ledger.same_bytes("aa")] == ["s1"]


def test_a_ledger_of_an_earlier_version_opens_with_its_hints(ledger: Ledger, tmp_path: Path) -> None:
    land(ledger, "s1")
    with sqlite3.connect(tmp_path / "ledger.sqlite") as earlier:
        earlier.execute("ALTER TABLE submission RENAME COLUMN hints TO said")
    earlier.close()
    with Ledger(tmp_path / "ledger.sqlite", "tester") as opened:
        assert opened.submission("s1").hints == SenderHints(organisation="ZZ1")
        assert land(opened, "s2") == "s2"


def test_a_judged_file_keeps_its_slot_counts_and_findings(ledger: Ledger) -> None:
    land(ledger, "s1")
    finding = Finding(
        "V014", "Grade", (4,), 1, {"value": "'Boss'", "codelist": "grade", "hint": "", "values": " (A, B)"}
    )
    ledger.record("s1", State.LOADED, replace(TAKEN, findings=(finding,)), NOW)
    found = ledger.submission("s1")
    assert (found.slot, found.counts, found.accepted_at) == (SLOT, Counts(10, 8, 1, 1), NOW)
    assert ledger.findings("s1")[0]["sentence"] == finding.sentence


def test_a_later_file_supersedes_the_one_in_its_slot(ledger: Ledger) -> None:
    for name in ("s1", "s2"):
        land(ledger, name, sha256=name)
        ledger.record(name, State.LOADED, TAKEN, NOW)
    assert ledger.submission("s1").state is State.SUPERSEDED
    assert [s.submission_id for s in ledger.loaded()] == ["s2"]


def test_counts_that_do_not_add_up_are_refused_and_nothing_is_written(ledger: Ledger) -> None:
    land(ledger, "s1")
    head = ledger.audit_head()
    with pytest.raises(sqlite3.IntegrityError):
        ledger.record("s1", State.LOADED, replace(TAKEN, counts=Counts(10, 8, 1, 0)), NOW)
    assert ledger.submission("s1").state is State.LANDED
    assert ledger.audit_head() == head


def test_two_loaded_submissions_of_one_slot_break_a_constraint(ledger: Ledger, tmp_path: Path) -> None:
    for name in ("s1", "s2"):
        land(ledger, name, sha256=name)
        ledger.record(name, State.LOADED, TAKEN, NOW)
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        raw.execute("UPDATE submission SET state = 'loaded'")
    raw.close()


def test_a_withdrawn_submission_no_longer_counts_and_cannot_be_withdrawn_twice(ledger: Ledger) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    ledger.withdraw("s1", NOW)
    assert ledger.loaded() == ()
    with pytest.raises(ValueError, match="withdrawn"):
        ledger.withdraw("s1", NOW)
    with pytest.raises(KeyError):
        ledger.withdraw("unknown", NOW)


def test_each_audit_entry_says_who_what_when_which_file_and_which_versions(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite", "tester", "0.1.0") as ledger:
        land(ledger, "s1")
        ledger.record("s1", State.LOADED, TAKEN, NOW)
        ledger.withdraw("s1", NOW, "An Officer", "sent in error")
        entries = ledger.rows("SELECT * FROM audit ORDER BY entry")
    who = {(entry["entry"], entry["actor"], entry["code_version"], entry["subject"]) for entry in entries}
    assert who == {(number, "tester", "0.1.0", "s1") for number in (1, 2, 3)}
    assert [(entry["action"], json.loads(entry["detail"])) for entry in entries] == [
        ("land", {"sha256": "aa"}),
        ("loaded", {"sha256": "aa", "findings": [], "rules": "r1"}),
        ("withdraw", {"sha256": "aa", "by": "An Officer"}),
    ]


def test_the_last_entry_of_some_actions_is_told(ledger: Ledger) -> None:
    for action, subject in (("first key", "k1"), ("notice", "n1"), ("rotate key", "k2"), ("notice", "n2")):
        ledger.note(action, subject, NOW)
    assert ledger.last_noted("first key", "rotate key") == "k2"
    assert (ledger.last_noted("notice"), ledger.last_noted("erase")) == ("n2", "")


def test_each_audit_entry_is_hashed_with_its_number_and_the_one_before(ledger: Ledger) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    before = "0" * 64
    for number, entry in enumerate(ledger.rows("SELECT * FROM audit ORDER BY entry"), 1):
        *content, found = entry.values()
        assert content[:2] == [number, before]
        assert found == hashlib.sha256(json.dumps(content).encode()).hexdigest()
        before = found
    assert ledger.audit_head() == (2, before)


def test_the_audit_log_cannot_be_changed_or_cut(ledger: Ledger, tmp_path: Path) -> None:
    land(ledger, "s1")
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    for change in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(change)
    raw.close()


def test_what_an_ingest_asks_is_found_by_an_index_however_long_the_ledger_is(ledger: Ledger) -> None:
    asked: list[str] = []
    land(ledger, "s1")
    ledger._connection.set_trace_callback(asked.append)
    ledger.next_landed("s1")
    ledger.same_bytes("aa")
    ledger.loaded_in(SLOT)
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    ledger.audit_head()
    ledger._connection.set_trace_callback(None)
    read = [sql for sql in asked if sql.startswith("SELECT")]
    steps = {step["detail"] for sql in read for step in ledger.rows(f"EXPLAIN QUERY PLAN {sql}")}
    assert len(read) >= 5
    assert {step for step in steps if step.startswith("SCAN")} <= {"SCAN audit"}  # from its end, one row
    assert {step for step in steps if "submission_one_loaded_a_slot" in step} == {
        "SEARCH submission USING INDEX submission_one_loaded_a_slot (organisation_code=? AND dataset=?)"
    }
