"""Landing: each file of the inbox becomes a read-only copy and a row of the ledger, before it is read."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flows.home.inbox import hints_of_place, scan
from flows.settings import Settings, read_rules
from schemas.submissions import State
from warehouse.db import files
from warehouse.ledger.store import Ledger, SenderHints, Submission

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Landed:
    """The submission to ingest that a file gave, and a sentence where it came before."""

    submission_ids: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def land_inbox(settings: Settings, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Land every settled file of the inbox, oldest first. Returns a sentence on each that stays or came before.

    Raises OSError.
    """
    found, sentences = scan(settings.inbox, settings.settle_seconds)
    for file in found:
        hints = hints_of_place(settings.inbox, file)
        sentences += land_file(settings, ledger, file, hints, now, remove=True).sentences
    return sentences


def land_file(
    settings: Settings, ledger: Ledger, file: Path, hints: SenderHints, now: datetime, *, remove: bool = False
) -> Landed:
    """Land one file. Bytes that are loaded, held or refused under today's rules give only a sentence.

    With `remove`, the file goes once the SHA-256 of the copy is that of the bytes read. Raises OSError.
    """
    draft = settings.landing / f".incoming-{os.getpid()}"
    sha256 = _copy(file, draft)
    known = [s for s in ledger.same_bytes(sha256) if replace(s.hints, is_confirmed=False) == hints]
    landed = _landed_before(known[-1], settings, ledger, now) if known else None
    if landed is None:
        landed = Landed((_keep(settings, ledger, draft, file.name, sha256, hints, now),))
    else:
        draft.unlink()
        ledger.note("same bytes again", known[-1].submission_id, now)
    if remove:
        file.unlink()
    return landed


def _copy(file: Path, draft: Path) -> str:
    """Copy the file to disk and give its SHA-256. Raises OSError where the copy differs."""
    digest = hashlib.sha256()
    with file.open("rb") as source, draft.open("wb") as copy:
        while block := source.read(_BLOCK_BYTES):
            digest.update(block)
            copy.write(block)
    files.flush(draft)
    with draft.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != digest.hexdigest():
            raise OSError("the landed copy differs from the file; the disk or share may be failing")
    return digest.hexdigest()


def _landed_before(known: Submission, settings: Settings, ledger: Ledger, now: datetime) -> Landed | None:
    """The answer to bytes that came before, or None where they are to be landed again."""
    submission_id, day = known.submission_id, f"{known.state_at:%d %B %Y}"
    if known.state in (State.LOADED, State.HELD):
        return Landed(sentences=(f"Submission {submission_id} came again: already {known.state} on {day}.",))
    if known.state is State.LANDED:
        return Landed((submission_id,), (f"Submission {submission_id} came twice. It is read once.",))
    if known.state is not State.REJECTED:
        return None
    if known.rule_version == read_rules(settings).version:
        sentence = f"Submission {submission_id} came again unchanged: it was refused on {day}; see its findings."
        return Landed(sentences=(sentence,))
    if not known.landed_name:
        return None
    ledger.reopen(submission_id, known.hints, now)
    return Landed((submission_id,))


def _keep(
    settings: Settings, ledger: Ledger, draft: Path, sent_name: str, sha256: str, hints: SenderHints, now: datetime
) -> str:
    """Keep the copy as a submission of its own and give its id."""
    submission_id = f"{now:%Y%m%d}-{sha256[:10]}-{len(ledger.same_bytes(sha256)) + 1}"
    size_bytes = draft.stat().st_size
    named = settings.landing / f".{submission_id}"  # until the ledger knows it; `finish_landing` ends what was stopped
    draft.chmod(0o400)
    files.move(draft, named)
    ledger.land(submission_id, sha256, size_bytes, sent_name, hints, now)
    files.move(named, settings.landing / submission_id)
    return submission_id
