"""A submission made clean of erased people: its landed file, its staged rows, its name and counts in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.erased import blanking
from flows.erased.blanking import FileInspection
from flows.erased.tombstones import matcher_of, of_look, scope_of, sender_of
from flows.home.keys import read_key
from flows.settings import Settings, read_rules
from schemas.rulebook import Rulebook
from schemas.submissions import Counts, State
from transforms.pseudonymise import ErasedMatcher
from transforms.reading.people import LINKED, IsErasedPerson, name_without
from warehouse.ledger import erasures
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
    touched: list[str] = field(default_factory=list)  # submissions
    removed: list[str] = field(default_factory=list)  # of these, whose landed file could not be kept
    unseen: list[str] = field(default_factory=list)  # submissions that could not be looked into
    known: dict[tuple[str, int], ErasedMatcher] = field(default_factory=dict)  # a number is asked once over all files

    def is_erased_person(self, sender: str) -> IsErasedPerson:
        """Recognises the erased people among those whom a sender's file may hold."""
        asked = sender, len(self.tombstones)
        if asked not in self.known:
            self.known[asked] = matcher_of(self.settings, self.tombstones, sender)
        return self.known[asked].is_erased_person

    def file(self, submission: Submission) -> Path:
        """Where the landed file lies."""
        return self.settings.landing / submission.landed_name


def clean_later_files(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Take the people erased before out of what was judged since: staged rows and landed files.

    A file that cannot be looked into is removed whole, since it may hold them. Raises OSError.
    """
    for submission_id in erasures.not_cleaned(ledger):
        work = Erasure(settings, ledger, read_rules(settings), now, ledger.actor, set(erasures.tombstones(ledger)))
        submission = ledger.submission(submission_id)
        if submission.landed_name:
            _clean_later(work, submission)
        ledger.note(erasures.CLEAN, submission_id, now)


def _clean_later(work: Erasure, submission: Submission) -> None:
    if (found := look(work, submission)) is None:
        remove(work, submission)
        return
    new = of_look(work.settings, sender_of(work.rules, submission), found) - work.tombstones
    if new:
        erasures.bury(work.ledger, new, submission.submission_id, work.now, work.by)
        work.tombstones |= new
    clean(work, submission, found)


def look(work: Erasure, submission: Submission) -> FileInspection | None:
    """What the submission's landed file holds; None where it cannot be looked into."""
    is_erased_person = work.is_erased_person(sender_of(work.rules, submission))
    return blanking.look(work.file(submission), submission.sent_name, work.rules, is_erased_person, submission.layout)


def clean(work: Erasure, submission: Submission, found: FileInspection | None) -> None:
    """Blank the landed file, rewrite the staged rows, record both; each of these may have been done before."""
    is_erased_person, file = work.is_erased_person(sender_of(work.rules, submission)), work.file(submission)
    if found and found.is_touched and not blanking.blank(file, found, is_erased_person):
        remove(work, submission)
        return
    counts = _restage(work, submission, found.row_count + found.blanked_count if found else None)
    name = name_without(submission.sent_name, is_erased_person)
    after = replace(submission, counts=counts, sent_name=name)
    former = erasures.content(work.ledger, submission)
    content = blanking.sha256(file) if found else former
    if (after, content) != (submission, former):
        rows = max(found.row_count if found else 0, counts.erased - submission.counts.erased)
        erasures.record(work.ledger, after, content, rows, work.now, work.by)
        work.touched.append(submission.submission_id)


def remove(work: Erasure, submission: Submission) -> None:
    """Remove a landed file whole; the rows that were taken from it stay, less the erased."""
    is_judged = submission.accepted_at or submission.state is State.REJECTED
    state = submission.state if is_judged else State.REMOVED
    counts = _restage(work, submission, None)
    after = replace(submission, counts=counts, state=state, landed_name="")
    rows = counts.erased - submission.counts.erased
    erasures.record(work.ledger, after, "", rows, work.now, work.by)
    work.file(submission).chmod(0o600)
    work.file(submission).unlink()
    work.touched.append(submission.submission_id)
    work.removed.append(submission.submission_id)


def _restage(work: Erasure, submission: Submission, erased: int | None) -> Counts:
    """Take the erased out of the staged rows; the counts then. `erased` is None where no landed file tells it."""
    folder, before = work.settings.staged / submission.submission_id, submission.counts
    accepted = before.accepted
    if rewrite.key_ids(folder):
        rewrite.rewrite(folder, _without(work, submission))
        accepted = rewrite.row_count(folder)
    gone = max(before.erased, erased) if erased is not None else before.erased + before.accepted - accepted
    rest = before.rows_in - accepted - gone
    if rest < 0:  # refused before its rows were counted
        return before
    noise = min(before.noise, rest)
    return Counts(before.rows_in, accepted, rest - noise, noise, gone)


def _without(work: Erasure, submission: Submission) -> Callable[[str, pa.Table], pa.Table]:
    """Takes the erased people's rows out of a staged table."""
    sender, key = sender_of(work.rules, submission), read_key(work.settings)
    watched = {kind: scope_of(work.settings, sender, kind, key) for kind in LINKED}
    hashes = {one.hash for one in work.tombstones}

    def change(name: str, table: pa.Table) -> pa.Table:
        for kind, column in rewrite.PEOPLE[name].items():
            held = rewrite.values(table[column]) if kind in watched else ()
            if out := [one for one in held if watched[kind].tombstone(kind, one) in hashes]:
                table = table.filter(pc.invert(pc.is_in(table[column].cast(pa.string()), pa.array(out))))
        return table

    return change
