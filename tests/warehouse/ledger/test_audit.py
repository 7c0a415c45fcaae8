"""The audit log's verification: whatever is changed, cut or made anew is found, and the first bad entry is named."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.submissions import State
from tests.lib.walk import NOW, TAKEN, land
from warehouse.ledger.audit import COLUMNS, entry_hash, verify
from warehouse.ledger.release_log import Decision, decide, propose
from warehouse.ledger.store import Ledger


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A ledger of 46 entries, three releases, of which one is withdrawn and one waits, and a pointer."""
    with Ledger(tmp_path / "ledger.sqlite", "tester", "0.1.0") as ledger:
        for number in range(12):
            name = land(ledger, f"s{number}", f"{number:02}" * 32, NOW + timedelta(hours=number))
            ledger.record(name, State.LOADED, TAKEN, NOW + timedelta(hours=number))
            if number % 4 == 3:
                release(ledger, tmp_path, f"202610{number:02}", number)
                ledger.note("rebuild", "work database", NOW + timedelta(hours=number))
        for number in range(13):
            ledger.note("same bytes again", f"s{number}", NOW + timedelta(days=number))
    return tmp_path


DROPPED = ("DROP TRIGGER IF EXISTS audit_is_not_changed", "DROP TRIGGER IF EXISTS audit_is_not_cut")
PLACES = {3: "restricted/withdrawn", 7: "released", 11: "proposed"}


def release(ledger: Ledger, home: Path, release_id: str, number: int) -> None:
    """Propose a release, and decide on it as its place says."""
    at = NOW + timedelta(hours=number)
    manifest = json.dumps({"release_id": release_id, "audit_head": ledger.audit_head()._asdict()})
    folder = home / PLACES[number] / release_id
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest)
    sha256 = hashlib.sha256(manifest.encode()).hexdigest()
    words = dict.fromkeys(("content_hash", "headline", "rule_version", "code_version"), "x")
    propose(ledger, {"release_id": release_id, "manifest_sha256": sha256, **words}, [f"s{number}"], at)
    for decision in (Decision.APPROVED, Decision.WITHDRAWN)[: {3: 2, 7: 1, 11: 0}[number]]:
        decide(ledger, release_id, decision, at, "An Approver", "as discussed")
    if number == 7:
        (home / "released/current.json").write_text(json.dumps({"audit_head": ledger.audit_head()._asdict()}))


def verified(home: Path, ledger: Path | None = None) -> str | None:
    manifests = sorted(file for place in PLACES.values() for file in (home / place).glob("*/manifest.json"))
    assert len(manifests) == 3
    return verify(ledger or home / "ledger.sqlite", manifests, home / "released/current.json")


def raw(home: Path, *statements: str) -> list[tuple]:
    """What someone with a SQLite shell does, who drops the triggers first; gives the last statement's rows."""
    connection = sqlite3.connect(home / "ledger.sqlite", isolation_level=None)
    found: list[tuple] = []
    for statement in (*DROPPED, *statements):
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_an_untouched_log_is_whole(home: Path) -> None:
    assert verified(home) is None


def test_one_flipped_byte_in_100_places_is_found_100_times_and_the_entry_named(home: Path) -> None:
    entries = (
        sqlite3.connect(home / "ledger.sqlite").execute(f"SELECT {', '.join(COLUMNS)}, hash FROM audit").fetchall()
    )
    content = (home / "ledger.sqlite").read_bytes()
    chosen, places, columns = random.Random(20261002), set(), set()
    for place in range(100):
        entry = entries[place * len(entries) // 100]
        column = 1 + place % (len(entry) - 1)  # its number is no stored text; see below
        stored = [str(cell).encode() for cell in entry[1:]]
        start = content.index(b"".join(stored)) + sum(map(len, stored[: column - 1]))
        offset = start + chosen.randrange(max(1, len(stored[column - 1])))
        damaged = bytearray(content)
        damaged[offset] ^= chosen.randrange(1, 256)
        (home / "damaged.sqlite").write_bytes(damaged)
        said = verified(home, home / "damaged.sqlite")
        assert said and said.startswith(f"entry {entry[0]} of the audit log"), (place, said)
        places.add(offset)
        columns.add((entry[0], column))
    assert len(places) == 100
    assert {number for number, _ in columns} == {entry[0] for entry in entries}
    assert {column for _, column in columns} == set(range(1, len(COLUMNS) + 1))


def test_an_entry_is_named_with_its_time_and_what_to_do(home: Path) -> None:
    raw(home, "UPDATE audit SET actor = 'someone else' WHERE entry = 20")
    assert verified(home) == (
        "entry 20 of the audit log (2026-10-02T13:00) was changed: it no longer gives its hash;"
        " restore ledger.sqlite from a copy, and tell the information governance lead"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit SET entry = 99 WHERE entry = 20", "entry 20 of the audit log is missing"),
        ("DELETE FROM audit WHERE entry = 20", "entry 20 of the audit log is missing"),
        ("DELETE FROM audit WHERE entry = 1", "entry 1 of the audit log is missing"),
        ("UPDATE audit SET detail = CAST(detail AS BLOB) WHERE entry = 20", "entry 20 of"),
        ("UPDATE audit SET actor = 'tes' || char(31) || 'ter' WHERE entry = 20", "entry 20 of"),
    ],
)
def test_what_is_done_to_an_entry_is_found(home: Path, change: str, said: str) -> None:
    raw(home, change)
    assert (verified(home) or "").startswith(said)


def test_a_cut_tail_is_shown_by_what_the_releases_name(home: Path) -> None:
    (last,) = raw(home, "SELECT max(entry) FROM audit WHERE action = 'proposed'")[0]
    for cut in range(1, last):
        (home / "cut.sqlite").write_bytes((home / "ledger.sqlite").read_bytes())
        connection = sqlite3.connect(home / "cut.sqlite", isolation_level=None)
        connection.execute("DELETE FROM audit WHERE entry > ?", (cut,))
        connection.close()
        assert (verified(home, home / "cut.sqlite") or "").startswith("the log is cut: "), cut
    assert verified(home, home / "cut.sqlite") == (
        "the log is cut: it has no entry that release 20261011 was proposed;"
        " restore ledger.sqlite from a copy, and tell the information governance lead"
    )


def made_anew(home: Path, first: int) -> None:
    """Change an entry and give it, and all after it, the hashes that fit."""
    raw(home, f"UPDATE audit SET actor = 'someone else' WHERE entry = {first}")
    rows = raw(home, f"SELECT {', '.join(COLUMNS)}, hash FROM audit WHERE entry >= {first - 1} ORDER BY entry")
    before = rows[0][-1]
    for number, _, *rest, _ in rows[1:]:
        found = entry_hash((number, before, *rest))
        raw(home, f"UPDATE audit SET previous_hash = '{before}', hash = '{found}' WHERE entry = {number}")
        before = found


def test_a_chain_that_was_made_anew_is_shown_by_what_the_releases_name(home: Path) -> None:
    (head,) = raw(home, "SELECT max(entry) - 1 FROM audit WHERE action = 'proposed'")[0]
    untouched = (home / "ledger.sqlite").read_bytes()
    for first in (2, 20, head):
        (home / "ledger.sqlite").write_bytes(untouched)
        made_anew(home, first)
        assert "or one before it, is not the one that" in (verified(home) or ""), first


def test_the_pointer_alone_shows_it_too(home: Path) -> None:
    pointer = home / "released/current.json"
    head = json.loads(pointer.read_text())["audit_head"]["entry"]
    assert verify(home / "ledger.sqlite", [], pointer) is None
    made_anew(home, head)
    said = f"entry {head} of the audit log, or one before it, is not the one that current.json names"
    assert (verify(home / "ledger.sqlite", [], pointer) or "").startswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM submission WHERE submission_id = 's11'", "s11 (land)"),
        ("UPDATE submission SET sha256 = 'ff' WHERE submission_id = 's2'", "s2 (land)"),
        ("DELETE FROM release_decision WHERE decision = 'withdrawn'", "20261003 (withdrawn)"),
        ("UPDATE release_decision SET decided_by = 'x' WHERE decision = 'approved'", "2026100"),
        ("UPDATE release SET manifest_sha256 = 'ff' WHERE release_id = '20261007'", "20261007 (proposed)"),
        (
            "INSERT INTO release_decision VALUES (99, '20261011', 'approved', '2026-10-03', 'x', '')",
            "20261011 (approved)",
        ),
    ],
)
def test_a_row_that_the_log_does_not_know_of_or_misses_is_found(home: Path, change: str, said: str) -> None:
    raw(home, change)
    found = verified(home) or ""
    assert found.startswith("the ledger and its audit log do not say the same of ") and said in found


def test_a_manifest_that_was_changed_or_a_release_moved_is_found(home: Path) -> None:
    manifest = home / "released/20261007/manifest.json"
    before = manifest.read_text()
    manifest.write_text(before.replace("{", "{ ", 1))
    assert "the manifest of release 20261007 is not the one that was proposed" in (verified(home) or "")
    manifest.write_text(before)
    (home / "proposed/20261011").rename(home / "released/20261011")
    assert "it has no entry that release 20261011 was approved" in (verified(home) or "")
    manifest.write_text("{}")
    assert (verified(home) or "").startswith("release 20261007 cannot be read")


def test_a_damaged_file_is_told_in_a_sentence(home: Path) -> None:
    content = (home / "ledger.sqlite").read_bytes()
    for start, length in ((0, 200), (4096, 4096), (len(content) // 2, len(content) // 2), (100, len(content) - 100)):
        damaged = content[:start] + b"\xff" * length + content[start + length :]
        (home / "damaged.sqlite").write_bytes(damaged)
        assert (verified(home, home / "damaged.sqlite") or "").endswith("tell the information governance lead")
    for size in (0, 10, 5000, len(content) - 4096):
        (home / "damaged.sqlite").write_bytes(content[:size])
        assert (verified(home, home / "damaged.sqlite") or "").endswith("tell the information governance lead")
