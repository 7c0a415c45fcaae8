"""Landing: settled files become immutable copies before they are judged; all else stays, with a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import Mock

import pytest

from flows.home import inbox
from flows.home.setup import make_home
from flows.monthly import landing
from flows.monthly.landing import LandedInbox, land_file, land_inbox
from flows.settings import Settings
from schemas.findings import Finding
from schemas.submissions import Period, Slot, State
from warehouse.db import files
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

NOW = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
SLOT = Slot("ZZ1", "population", "template", Period.parse("2026-09"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", settle_seconds=0)
    make_home(settings, tmp_path / "key")
    return settings


@pytest.fixture
def ledger(settings: Settings):
    with Ledger(settings.ledger, "tester") as ledger:
        yield ledger


def put(settings: Settings, place: str, content: bytes = b"a,b\n1,2\n") -> Path:
    path = settings.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def said(landed: LandedInbox) -> list[str]:
    return [*landed.sentences, *(one.sentence for one in landed.stayed)]


def shas(ledger: Ledger) -> list[str]:
    return [one.sha256 for one in ledger.submissions()]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_settled_file_is_landed_and_leaves_the_inbox(settings: Settings, ledger: Ledger) -> None:
    file = put(settings, "ZZ1/2026-09/plans.csv")
    assert land_inbox(settings, ledger, NOW) == LandedInbox()
    (found,) = ledger.submissions()
    assert not file.exists()
    copy = settings.landing / found.landed_name
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == found.sha256
    assert copy.stat().st_mode & 0o777 == 0o400
    assert found.hints == SenderHints(organisation="ZZ1", period="2026-09")


def test_a_link_in_the_inbox_stays_with_a_sentence(settings: Settings, ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (settings.inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    (settings.inbox / "folder").symlink_to(tmp_path)
    assert said(land_inbox(settings, ledger, NOW)) == [
        "link.csv stayed in the inbox: it is a link or a device. Put the file itself in its place.",
        "folder stayed in the inbox: it is a link or a device. Put the file itself in its place.",
    ]
    assert (ledger.submissions(), (settings.inbox / "link.csv").is_symlink()) == ((), True)


def test_a_file_still_being_written_stays_with_a_sentence(settings: Settings, ledger: Ledger) -> None:
    file = put(settings, "ZZ1/growing.csv")
    done = threading.Event()

    def grow() -> None:
        while not done.wait(0.02):
            with file.open("ab") as out:
                out.write(b"3,4\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        time.sleep(0.05)
        landed = land_inbox(settings.model_copy(update={"settle_seconds": 0.4}), ledger, NOW)
    finally:
        done.set()
        writer.join()
    assert said(landed) == [
        "ZZ1/growing.csv stayed in the inbox: it is still being written. The next run will take it."
    ]
    assert file.exists()


def test_what_office_and_file_managers_leave_is_not_a_file_sent(settings: Settings, ledger: Ledger) -> None:
    for name in ("~$plans.xlsx", ".DS_Store", "Thumbs.db"):
        put(settings, f"ZZ1/{name}")
    assert (land_inbox(settings, ledger, NOW), ledger.submissions()) == (LandedInbox(), ())


def test_a_file_name_that_climbs_folders_lands_inside_landing(settings: Settings, ledger: Ledger) -> None:
    file = put(settings, "..\\..\\evil ; rm -rf.csv")
    (submission_id,) = land_file(settings, ledger, file, SenderHints("ZZ1"), NOW).submission_ids
    assert [path.name for path in settings.landing.iterdir()] == [submission_id]
    assert ledger.submission(submission_id).sent_name == "..\\..\\evil ; rm -rf.csv"


def test_same_bytes_are_a_no_op_while_loaded(settings: Settings, ledger: Ledger) -> None:
    first = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids[0]
    ledger.record(first, State.LOADED, IngestResult(slot=SLOT), NOW)
    again = land_file(settings, ledger, put(settings, "ZZ1/b.csv"), SenderHints("ZZ1"), NOW)
    assert again.submission_ids == ()
    assert again.sentences == (f"Submission {first} came again: already loaded on 02 October 2026.",)


def test_superseded_bytes_become_a_new_submission(settings: Settings, ledger: Ledger) -> None:
    first = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids[0]
    ledger.record(first, State.LOADED, IngestResult(slot=SLOT), NOW)
    second = land_file(settings, ledger, put(settings, "ZZ1/b.csv", b"c"), SenderHints("ZZ1"), NOW).submission_ids[0]
    ledger.record(second, State.LOADED, IngestResult(slot=SLOT), NOW)
    third = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids
    assert len({first, second, *third}) == 3


def test_with_the_clock_set_back_the_latest_submission_of_the_same_bytes_counts(
    settings: Settings, ledger: Ledger
) -> None:
    for hours, content in ((0, b"a"), (1, b"b"), (2, b"a")):
        now = NOW - timedelta(hours=hours)
        landed = land_file(settings, ledger, put(settings, "ZZ1/a.csv", content), SenderHints("ZZ1"), now)
        ledger.record(landed.submission_ids[0], State.LOADED, IngestResult(slot=SLOT), now)
    again = land_file(settings, ledger, put(settings, "ZZ1/a.csv", b"a"), SenderHints("ZZ1"), NOW - timedelta(days=1))
    assert (again.submission_ids, "already loaded on 02 October 2026" in again.sentences[0]) == ((), True)


def test_refused_bytes_that_are_sent_again_are_read_again(settings: Settings, ledger: Ledger) -> None:
    first = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids[0]
    ledger.record(first, State.REJECTED, IngestResult(findings=(Finding("F001"),)), NOW)
    again = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW)
    assert (again.submission_ids, again.sentences) == ((first,), ())
    assert ledger.submission(first).state is State.LANDED


def test_held_bytes_that_are_sent_again_say_how_to_confirm_them(settings: Settings, ledger: Ledger) -> None:
    first = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids[0]
    ledger.record(first, State.HELD, IngestResult(slot=SLOT), NOW)
    again = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW)
    assert again.submission_ids == ()
    assert f"`research-culture ingest --confirm {first}`" in again.sentences[0]


def test_the_same_bytes_from_another_organisation_are_their_own_submission(settings: Settings, ledger: Ledger) -> None:
    one = land_file(settings, ledger, put(settings, "ZZ1/a.csv"), SenderHints("ZZ1"), NOW).submission_ids
    other = land_file(settings, ledger, put(settings, "ZZ2/a.csv"), SenderHints("ZZ2"), NOW).submission_ids
    assert one != other


BEFORE, AFTER = b"before\n" * 9000, b"after.\n" * 9000  # of one size, and several blocks
Save = Callable[[Path, BinaryIO], None]


def by_rename(file: Path, _: BinaryIO) -> None:
    """As Excel and rsync save: another file takes the name."""
    draft = file.with_name("~$draft")
    draft.write_bytes(AFTER)
    draft.replace(file)


def in_place(_: Path, opened: BinaryIO) -> None:
    opened.seek(0)
    opened.write(AFTER)
    opened.flush()


def cut_short(_: Path, opened: BinaryIO) -> None:
    opened.truncate(4)


def with_its_old_time(_: Path, opened: BinaryIO) -> None:
    """As a copy that keeps times: of one size and time, and other bytes."""
    times = os.fstat(opened.fileno())
    in_place(_, opened)
    os.utime(opened.fileno(), ns=(times.st_atime_ns, times.st_mtime_ns))


def once_within(patch: pytest.MonkeyPatch, moment: str, happens: Callable[[], None]) -> None:
    """Let something happen at that moment of the next landing, once."""
    owner, name = MOMENTS[moment]
    kept, waiting = getattr(owner, name), [happens]

    def before(*args: Any, **kwargs: Any) -> Any:
        if waiting:
            waiting.pop()()
        return kept(*args, **kwargs)

    def within(file: Path) -> Iterator[bytes]:
        for block in kept(file):
            if waiting:
                waiting.pop()()
            yield block

    patch.setattr(landing, "_BLOCK_BYTES", 1 << 14)
    patch.setattr(owner, name, within if name == "_blocks" else before)


MOMENTS = {
    "before it is taken": (inbox, "_take"),
    "before it is read": (landing, "_copy"),
    "while it is read": (landing, "_blocks"),
    "after it was read": (files, "flush"),
    "before it is recorded": (Ledger, "land"),
    "before it is removed": (inbox, "_remove"),
}


# A file that is saved then stays whole for the next run; but for this one way, which leaves what is landed as it was
STAYS = {"before it is taken": with_its_old_time, "before it is read": by_rename, "while it is read": by_rename}


@pytest.mark.parametrize("moment", [one for one in MOMENTS if one != "before it is removed"])
@pytest.mark.parametrize("save", [by_rename, in_place, cut_short, with_its_old_time])
def test_a_file_saved_over_while_it_is_landed_is_never_lost(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, moment: str, save: Save
) -> None:
    file = put(settings, "ZZ1/a.csv", BEFORE)
    with file.open("r+b") as opened, monkeypatch.context() as patch:
        once_within(patch, moment, lambda: save(file, opened))
        first = land_inbox(settings, ledger, NOW)
    land_inbox(settings, ledger, NOW)
    wanted = BEFORE[:4] if save is cut_short else AFTER
    if moment in STAYS and save is not STAYS[moment]:  # then nothing of the first is landed
        assert (len(first.stayed), shas(ledger)) == (1, [sha(wanted)])
    assert (shas(ledger)[-1], list(settings.inbox.rglob("*.csv"))) == (sha(wanted), [])
    assert set(shas(ledger)) <= {sha(BEFORE), sha(wanted)}
    assert {path.name for path in settings.landing.iterdir()} == {one.landed_name for one in ledger.submissions()}
    assert all("ZZ1/a.csv stayed in the inbox: it " in one for one in said(first))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_landing_that_is_killed_is_done_once_by_the_next_run(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def kill() -> None:
        raise KeyboardInterrupt

    put(settings, "ZZ1/a.csv")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(inbox.os, "link", Mock(side_effect=PermissionError))  # nothing is put back
        once_within(patch, moment, kill)
        land_inbox(settings, ledger, NOW)
    assert land_inbox(settings, ledger, NOW).stayed == ()
    (only,) = ledger.submissions()
    assert (only.sent_name, list((settings.inbox / "ZZ1").iterdir())) == ("a.csv", [])
    assert hashlib.sha256((settings.landing / only.landed_name).read_bytes()).hexdigest() == only.sha256


def test_a_landing_that_is_tried_again_after_its_copy_was_recorded_is_done_once(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    put(settings, "ZZ1/a.csv")
    landed = Ledger.land
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(Ledger, "land", lambda *sent: (landed(*sent), full()))
        land_inbox(settings, ledger, NOW)
    land_inbox(settings, ledger, NOW)
    (only,) = ledger.submissions()
    assert [path.name for path in settings.landing.iterdir()] == [only.landed_name]


def test_a_file_saved_after_a_kill_waits_for_the_one_before_it(settings: Settings, ledger: Ledger) -> None:
    put(settings, "ZZ1/.landing-a.csv", BEFORE)
    put(settings, "ZZ1/a.csv", AFTER)
    assert (said(land_inbox(settings, ledger, NOW)), shas(ledger)) == ([], [sha(BEFORE), sha(AFTER)])
