"""Landing: each file of the inbox becomes a read-only copy and a row of the ledger, before it is read."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flows.home import inbox
from flows.home.intact import is_landed
from flows.home.record import finish_landing
from flows.settings import Settings
from schemas.submissions import State
from warehouse.db import files
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger, SenderHints, Submission

_BLOCK_BYTES = 1 << 20
_LETTERS = "23456789bcdfghjkmnpqrstvwxyz"  # of an id: none looks like another, and without vowels they make no word


@dataclass(frozen=True)
class Landed:
    """The submission to ingest that a file gave, and a sentence where it came before."""

    submission_ids: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class LandedInbox:
    """What is to be said of an inbox that was landed: what came before, and what stayed."""

    sentences: tuple[str, ...] = ()
    stayed: tuple[inbox.Stayed, ...] = ()


def land_inbox(settings: Settings, ledger: Ledger, now: datetime) -> LandedInbox:
    """Land every settled file of the inbox, oldest first, and remove it there. One that cannot be taken stays.

    Raises SetupError where there is no inbox, OSError where the landing folder cannot be written.
    """
    finish_landing(settings, ledger)  # of a try before this one in the same run
    waiting, stayed = inbox.scan(settings.inbox, settings.settle_seconds)
    sentences: list[str] = []
    for file, settled in waiting.items():
        try:
            with inbox.taken(settings.inbox, file, settled) as (path, source):
                hints = inbox.hints_of_place(settings.inbox, path)
                sentences += _land(settings, ledger, path, source, hints, now).sentences
        except inbox.StaysError as problem:
            stayed.append(inbox.stays(settings.inbox, file, problem.why))
    return LandedInbox(tuple(sentences), tuple(stayed))


def land_file(settings: Settings, ledger: Ledger, file: Path, hints: SenderHints, now: datetime) -> Landed:
    """Land one file that a person named. Raises StaysError where it cannot be read, and as `_land` does."""
    inbox.require_text(file)
    try:
        source = file.open("rb")
    except OSError as problem:
        raise inbox.StaysError(inbox.why_not(problem)) from None
    with source:
        return _land(settings, ledger, file, source, hints, now)


def _land(
    settings: Settings, ledger: Ledger, file: Path, source: BinaryIO, hints: SenderHints, now: datetime
) -> Landed:
    """Land what is open. Bytes that are loaded or held give only a sentence; those that were refused are read again.

    Raises StaysError where the file cannot be read or changes meanwhile, OSError where the copy cannot be written.
    """
    draft = settings.landing / f".incoming-{os.getpid()}"
    try:
        sha256 = _copy(source, draft)
        known = [s for s in ledger.same_bytes(sha256) if replace(s.hints, is_confirmed=False) == hints]
        landed = _landed_before(known[-1], settings, ledger, now) if known else None
        if landed is None:
            return Landed((_keep(settings, ledger, draft, inbox.sent_name(file), sha256, hints, now),))
        if _has_changed(settings, ledger, known[-1]):
            _put_back(draft, settings.landing / known[-1].landed_name)
    finally:
        draft.unlink(missing_ok=True)
    ledger.note("same bytes again", known[-1].submission_id, now)
    return landed


def _has_changed(settings: Settings, ledger: Ledger, known: Submission) -> bool:
    """True where the landed file is not as it was sent, and not for an erasure."""
    is_as_sent = bool(known.landed_name) and erasures.content(ledger, known) == known.sha256
    return is_as_sent and not is_landed(settings, ledger, known)


def _put_back(draft: Path, landed: Path) -> None:
    """Put the same bytes, which came again, in the place of a landed file that has changed."""
    landed.chmod(0o600)  # Windows replaces no read-only file
    draft.chmod(0o400)
    files.move(draft, landed)


def _copy(source: BinaryIO, draft: Path) -> str:
    """Copy what is open, and give its SHA-256. Raises OSError where the copy differs, StaysError as `_blocks`."""
    digest = hashlib.sha256()
    with draft.open("wb") as copy:
        for block in _blocks(source):
            digest.update(block)
            copy.write(block)
    files.flush(draft)
    if files.sha256(draft) != digest.hexdigest():
        raise OSError("the landed copy differs from the file; the disk or share may be failing")
    return digest.hexdigest()


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file. Raises StaysError where they cannot be read, or where it was saved again meanwhile."""
    try:
        before = inbox.look_of(os.fstat(source.fileno()))
        while block := source.read(_BLOCK_BYTES):
            yield block
        if inbox.look_of(os.fstat(source.fileno())) != before:
            raise inbox.StaysError(inbox.CHANGED)
    except OSError as problem:
        raise inbox.StaysError(inbox.why_not(problem)) from None


def _landed_before(known: Submission, settings: Settings, ledger: Ledger, now: datetime) -> Landed | None:
    """The answer to bytes that came before, or None where they are to be landed again."""
    submission_id, day = known.submission_id, f"{known.state_at:%d %B %Y}"
    if known.landed_name and not (settings.landing / known.landed_name).is_file():
        return None
    if known.state is State.LOADED:
        return Landed(sentences=(f"Submission {submission_id} came again: already loaded on {day}.",))
    if known.state is State.HELD:
        sentence = f"Submission {submission_id} came again: it is held since {day}, and waits for"
        return Landed(sentences=(f"{sentence} `research-culture ingest --confirm {submission_id}`.",))
    if known.state is State.LANDED:
        return Landed((submission_id,), (f"Submission {submission_id} came twice. It is read once.",))
    if known.state is not State.REJECTED or not known.landed_name:
        return None
    ledger.reopen(submission_id, known.hints, now)  # what it was refused for may hold no longer
    return Landed((submission_id,))


def _keep(
    settings: Settings, ledger: Ledger, draft: Path, name: str, sha256: str, hints: SenderHints, now: datetime
) -> str:
    """Keep the copy as a submission of its own and give its id."""
    size_bytes = draft.stat().st_size
    draft.chmod(0o400)
    while True:
        submission_id = _new_id(ledger, now)
        named = settings.landing / f".{submission_id}"  # until the ledger has it: see `finish_landing`
        files.move(draft, named)
        try:
            ledger.land(submission_id, sha256, size_bytes, name, hints, now)
        except FileExistsError:  # another machine was as fast
            files.move(named, draft)
        else:
            files.move(named, settings.landing / submission_id)
            return submission_id


def _new_id(ledger: Ledger, now: datetime) -> str:
    """An id that the ledger does not have: short enough to type, and it says nothing of the file."""
    while True:
        submission_id = f"{now:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"
        try:
            ledger.submission(submission_id)
        except KeyError:
            return submission_id
