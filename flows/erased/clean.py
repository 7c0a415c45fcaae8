"""A submission made clean of erased people: its landed file, its staged rows, its name and counts in the ledger."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.erased.blanking import FileInspection, clean_file, inspect
from flows.erased.tombstones import matcher_of, scopes_of, sender_of, tombstones_in_file
from flows.home.record import forget
from flows.settings import Settings, read_rules
from flows.worker import Unreadable, Worker
from schemas.rulebook import Rulebook
from schemas.submissions import Counts, State
from transforms.reading.people import IsErasedPerson, name_without
from warehouse.ledger import erasures, staged_files
from warehouse.ledger.erasures import Tombstone
from warehouse.ledger.store import Ledger, Submission
from warehouse.staging import rewrite


@dataclass
class Erasure:
    """One erasure on its way: the tombstones known so far, and what has been done."""

    settings: Settings
    ledger: Ledger
    rules: Rulebook
    now: datetime
    by: str
    tombstones: set[Tombstone]
    numbers: tuple[str, ...] = field(default=(), repr=False)  # of the person, as typed; () where hashes alone are known
    touched: set[str] = field(default_factory=set)  # submissions
    removed: set[str] = field(default_factory=set)  # of these, whose landed file could not be kept
    unseen: set[str] = field(default_factory=set)  # submissions that could not be looked into
    worker: Worker = field(default_factory=Worker)

    def is_erased_person(self, sender: str) -> IsErasedPerson:
        """Recognises the erased people among those whom a sender's file may hold."""
        return matcher_of(self.settings, self.tombstones, sender).is_erased_person

    def inspect(self, submission: Submission) -> FileInspection | None:
        """What the submission's landed file holds; None where there is none, or it cannot be looked into.

        Numbers that it tells to be an erased person's are known from then on.
        """
        if not submission.landed_name:
            return None
        file, sender = self.settings.landing / submission.landed_name, sender_of(self.rules, submission)
        found = self.inspect_file(file, submission.sent_name, sender, submission.layout)
        self.tombstones |= tombstones_in_file(self.settings, sender, found)
        return found

    def inspect_file(self, file: Path, name: str, sender: str, layout: str = "") -> FileInspection | None:
        """What a sender's file holds; None where it cannot be looked into. The worker reads it."""
        given = self.settings, frozenset(self.tombstones), self.rules
        try:
            return self.worker.call(_inspect, *given, file, name, sender, layout, size_bytes=file.stat().st_size)
        except Unreadable:
            return None


def _inspect(
    settings: Settings,
    tombstones: Collection[Tombstone],
    rules: Rulebook,
    file: Path,
    name: str,
    sender: str,
    layout: str,
) -> FileInspection | None:
    return inspect(file, name, rules, matcher_of(settings, tombstones, sender).is_erased_person, layout)


def clean_later_files(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Take the people erased before out of all that was judged since. Raises OSError."""
    if known := erasures.tombstones(ledger):
        work = Erasure(settings, ledger, read_rules(settings), now, ledger.actor, set(known))
        for submission_id in erasures.not_cleaned(ledger):
            clean_later_file(work, submission_id)


def clean_later_file(work: Erasure, submission_id: str) -> None:
    """Take the people erased before out of one submission: its landed file, its staged rows.

    A file that cannot be looked into is removed whole, since it may hold them. Raises OSError.
    """
    known, submission = set(work.tombstones), work.ledger.submission(submission_id)
    found = work.inspect(submission)
    if new := work.tombstones - known:
        erasures.bury(work.ledger, new, submission_id, work.now, work.by)
    clean(work, submission, found)
    work.ledger.note(erasures.CLEAN, submission_id, work.now)


def clean(work: Erasure, submission: Submission, found: FileInspection | None) -> None:
    """Take the erased out of a submission, whatever its state: its landed file, staged rows and name.

    Each may have been done before. A landed file that cannot be made clean is removed. Raises OSError.
    """
    is_erased_person = work.is_erased_person(sender_of(work.rules, submission))
    file, former = work.settings.landing / submission.landed_name, erasures.content(work.ledger, submission)
    is_there = file.is_file()
    content = clean_file(file, found, is_erased_person, work.numbers) if is_there else former
    is_removed = is_there and not content
    is_judged = submission.accepted_at or submission.state is State.REJECTED  # one that never was cannot be any more
    after = replace(
        submission,
        counts=_restaged(work, submission, found),
        sent_name=name_without(submission.sent_name, is_erased_person),
        landed_name="" if is_removed else submission.landed_name,
        state=State.REMOVED if is_removed and not is_judged else submission.state,
    )
    if (after, content) != (submission, former):
        forget(work.settings, submission.submission_id)
        rows = max(found.row_count if found else 0, after.counts.erased - submission.counts.erased)
        erasures.record(work.ledger, after, content, rows, work.now, work.by)
        work.touched.add(submission.submission_id)
    if is_removed:
        file.chmod(0o600)
        file.unlink()
        work.removed.add(submission.submission_id)
    elif found is None and is_there:
        work.unseen.add(submission.submission_id)


def _restaged(work: Erasure, submission: Submission, found: FileInspection | None) -> Counts:
    """Take the erased out of the staged rows; the counts then, by the landed file where it tells them."""
    folder, before = work.settings.staged / submission.submission_id, submission.counts
    accepted = before.accepted
    if rewrite.key_ids(folder):
        record = partial(staged_files.record, work.ledger, submission.submission_id, work.now)
        rewrite.rewrite(folder, _unless_erased(work, submission), record)
        accepted = rewrite.row_count(folder)
    told = found.row_count + found.blanked_count if found else before.erased + before.accepted - accepted
    erased = max(before.erased, told)
    rest = before.rows_in - accepted - erased
    if rest < 0:  # refused before its rows were counted
        return before
    noise = min(before.noise, rest)
    return Counts(before.rows_in, accepted, rest - noise, noise, erased)


def _unless_erased(work: Erasure, submission: Submission) -> rewrite.Change:
    """Leaves a pseudonym as it is; None for an erased person's."""
    scopes = scopes_of(work.settings, sender_of(work.rules, submission))
    hashes = {one.hash for one in work.tombstones}

    def change(kind: str, pseudonym: str) -> str | None:
        return None if kind in scopes and scopes[kind].tombstone(kind, pseudonym) in hashes else pseudonym

    return change
