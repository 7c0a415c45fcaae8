"""Landing: every settled file of the inbox becomes an immutable copy and a row of the ledger, before it is judged."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from flows.settings import Settings, read_rules
from schemas.submissions import Counts, Period, State
from schemas.tables.sent import DATASETS
from warehouse.ledger.store import Ledger, SenderHints, Submission

_NOT_SENT = ("~$", ".", "Thumbs.db", "desktop.ini")  # what Office and file managers leave behind
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Landed:
    """What a look into the inbox came to: submissions to judge, and a sentence on each file that is none."""

    submission_ids: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()  # duplicates, and what stayed in the inbox

    def __add__(self, other: Landed) -> Landed:
        return Landed(self.submission_ids + other.submission_ids, self.sentences + other.sentences)


@dataclass(frozen=True)
class _InboxScan:
    settled: list[Path] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)


def land_inbox(settings: Settings, ledger: Ledger, now: datetime) -> Landed:
    """Land every settled regular file of the inbox, oldest first; links and growing files stay, with a sentence."""
    look = _look(settings)
    landed = Landed(sentences=tuple(look.stayed))
    for file in look.settled:
        landed += land_file(settings, ledger, file, hints_of_place(settings.inbox, file), now, remove=True)
    return landed


def land_file(
    settings: Settings, ledger: Ledger, file: Path, said: SenderHints, now: datetime, *, remove: bool = False
) -> Landed:
    """Land one file; bytes that are loaded, held or refused under today's rules are a no-op with a sentence.

    The file is removed only once the copy's SHA-256 agrees with what was read. Raises OSError.
    """
    incoming = settings.landing / f".incoming-{os.getpid()}"
    sha256 = _copy(file, incoming)
    known = [s for s in ledger.same_bytes(sha256) if replace(s.said, is_confirmed=False) == said]
    answer = _no_op(known[-1], settings, ledger, now) if known else None
    if answer is None:
        answer = Landed((_keep(settings, ledger, incoming, file.name, sha256, said, now),))
    else:
        incoming.unlink()
        ledger.note("same bytes again", known[-1].submission_id, now)
    if remove:
        file.unlink()
    return answer


def hints_of_place(inbox: Path, file: Path) -> SenderHints:
    """What the folders between the inbox and the file say: the organisation first; then dataset, period, source."""
    organisation, *others = (*file.parent.relative_to(inbox).parts, "")
    said = SenderHints(organisation=organisation)
    for part in filter(None, others):
        if part in DATASETS:
            said = replace(said, dataset=part)
        elif _is_period(part):
            said = replace(said, period=part)
        else:
            said = replace(said, source=part)
    return said


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _look(settings: Settings) -> _InboxScan:
    files, stayed = [], []
    for path in _walk(settings.inbox):
        if path.is_symlink():
            stayed.append("A link in the inbox was left there; put the file itself in its place.")
        elif path.is_file():
            files.append(path)
    before = {file: _size(file) for file in files}
    if files:
        time.sleep(settings.settle_seconds)
    settled = [file for file in files if _size(file) == before[file]]
    stayed += ["A file in the inbox is still being written; it will be taken next time."] * (len(files) - len(settled))
    return _InboxScan(sorted(settled, key=lambda file: (file.stat().st_mtime, str(file))), stayed)


def _walk(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(_NOT_SENT):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _size(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _copy(file: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source, target.open("wb") as copy:
        while block := source.read(_BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    with target.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != digest.hexdigest():
            raise OSError("the landed copy differs from the file; the disk or share may be failing")
    return digest.hexdigest()


def _no_op(known: Submission, settings: Settings, ledger: Ledger, now: datetime) -> Landed | None:
    """The answer to bytes that came before, or None where they are to be judged (again)."""
    day = f"{known.state_at:%d %B %Y}"
    if known.state in (State.LOADED, State.HELD):
        word = "loaded" if known.state is State.LOADED else "held"
        return Landed(sentences=(f"Submission {known.submission_id} came again: already {word} on {day}.",))
    if known.state is State.LANDED:
        return Landed((known.submission_id,), (f"Submission {known.submission_id} came twice: it is judged once.",))
    if known.state is State.REJECTED:
        if known.rule_version != read_rules(settings).version:
            if not known.landed_name:
                return None
            ledger.say(known.submission_id, known.said, now)
            return Landed((known.submission_id,))
        said = f"Submission {known.submission_id} came again unchanged: it was refused on {day}; see its findings."
        return Landed(sentences=(said,))
    return None


def _keep(
    settings: Settings, ledger: Ledger, incoming: Path, sent_name: str, sha256: str, said: SenderHints, now: datetime
) -> str:
    submission_id = f"{now:%Y%m%d}-{sha256[:10]}-{len(ledger.same_bytes(sha256)) + 1}"
    landed = settings.landing / submission_id
    size = incoming.stat().st_size
    incoming.chmod(0o400)
    incoming.replace(landed)
    submission = Submission(
        submission_id=submission_id,
        sha256=sha256,
        sent_name=sent_name,
        landed_name=landed.name,
        said=said,
        landed_at=now,
        state=State.LANDED,
        state_at=now,
        slot=None,
        layout="",
        rule_version="",
        accepted_at=None,
        counts=Counts(),
    )
    ledger.land(submission, size)
    return submission_id
