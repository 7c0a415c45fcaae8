"""Erase: a person's rows go from every file that the pipeline keeps, and later files cannot bring them back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.monthly import curate
from flows.monthly.landing import hints_of_place
from flows.privacy import blanking
from flows.privacy.blanking import FileInspection
from flows.privacy.tombstones import Person, matcher_of, of_look, of_person, scope_of, sender_of
from flows.settings import Settings, UsageError, read_key, read_rules
from schemas.rulebook import Rulebook
from schemas.submissions import Counts, State
from transforms.pseudonymise import ErasedMatcher
from transforms.reading.people import LINKED, IsErasedPerson, name_without, scrubbed
from warehouse.ledger import erasures
from warehouse.ledger.erasures import Tombstone
from warehouse.ledger.store import Ledger, Submission
from warehouse.staging import rewrite

Confirm = Callable[[str], bool]


@dataclass
class _Work:
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
        work = _Work(settings, ledger, read_rules(settings), now, ledger.actor, set(erasures.tombstones(ledger)))
        submission = ledger.submission(submission_id)
        if submission.landed_name:
            _clean_later(work, submission)
        ledger.note(erasures.CLEAN, submission_id, now)


def _clean_later(work: _Work, submission: Submission) -> None:
    if (found := _look(work, submission)) is None:
        _remove(work, submission)
        return
    new = of_look(work.settings, sender_of(work.rules, submission), found) - work.tombstones
    if new:
        erasures.bury(work.ledger, new, submission.submission_id, work.now, work.by)
        work.tombstones |= new
    _clean(work, submission, found)


def erase(
    settings: Settings, ledger: Ledger, person: Person, now: datetime, by: str, confirm: Confirm
) -> tuple[str, ...]:
    """Erase a person, once `confirm` has agreed to what it would touch; returns sentences on what was done.

    Stopped half-way, the same again ends it. Raises UsageError, SetupError, OSError.
    """
    curate.require_one_key(settings, [s.submission_id for s in ledger.submissions()])
    curate.remove_orphans(settings, ledger)
    work = _Work(settings, ledger, read_rules(settings), now, by, set(erasures.tombstones(ledger)))
    near = candidate_submissions(work, person)
    work.tombstones |= set(of_person(settings, work.rules, person, near))
    looks, waiting = _look_around(work, near), _waiting(work, person)
    if not confirm(_forecast(person, list(looks.values()), [found for _, found in waiting])):
        return ("Nothing was erased.",)
    erasures.bury(ledger, work.tombstones - erasures.tombstones(ledger), person.organisation_code, now, by)
    for submission in near:
        _sweep(work, submission, looks.get(submission.submission_id), person)
    left = [sentence for file, found in waiting for sentence in _sweep_waiting(work, file, found, person)]
    for folder in (f for one in work.touched for f in settings.findings.glob(f"*/{one}")):
        shutil.rmtree(folder)
    told = curate.rewrite_databases(settings, ledger)
    ledger.note("erase", person.organisation_code, now, by=by, submissions=sorted(work.touched), waiting=len(left))
    return (*_report(work), *left, *told)


def candidate_submissions(work: _Work, person: Person) -> list[Submission]:
    """The submissions in which the person may stand. Raises UsageError for an organisation that is none of ours."""
    everyone = {s.slot.sender for s in work.ledger.submissions() if s.slot} | set(work.rules.organisations)
    if person.organisation_code not in everyone:
        raise UsageError("that organisation is not declared and has sent nothing; write its code as it was declared")
    kept = [s for s in work.ledger.submissions() if s.landed_name or s.accepted_at]
    if work.settings.link_organisations:
        return kept
    return [s for s in kept if sender_of(work.rules, s) in (person.organisation_code, "")]


def _look(work: _Work, submission: Submission) -> FileInspection | None:
    is_erased_person = work.is_erased_person(sender_of(work.rules, submission))
    return blanking.look(work.file(submission), submission.sent_name, work.rules, is_erased_person, submission.layout)


def _look_around(work: _Work, near: Sequence[Submission]) -> Mapping[str, FileInspection | None]:
    """What each landed file holds, once no file tells of a number more: in another it may stand alone."""
    while True:
        known = len(work.tombstones)
        looks = {s.submission_id: _look(work, s) for s in near if s.landed_name}
        for s in near:
            if found := looks.get(s.submission_id):
                work.tombstones |= of_look(work.settings, sender_of(work.rules, s), found)
        if len(work.tombstones) == known:
            return looks


def _waiting(work: _Work, person: Person) -> list[tuple[Path, FileInspection | None]]:
    """The files of the inbox in which the person may stand, with what each holds."""
    found = []
    for file in sorted(work.settings.inbox.rglob("*")):
        said = hints_of_place(work.settings.inbox, file).organisation if file.is_file() else ""
        sender = said if said in work.rules.organisations else ""
        is_near = work.settings.link_organisations or sender in ("", person.organisation_code)
        if file.is_file() and not file.is_symlink() and is_near:
            found.append((file, blanking.look(file, file.name, work.rules, work.is_erased_person(sender))))
    return found


def _sweep(work: _Work, submission: Submission, found: FileInspection | None, person: Person) -> None:
    """Take the erased out of a submission, whatever its state."""
    numbers, file = (person.typed, person.normalised), work.file(submission)
    if found is None and submission.landed_name:
        if blanking.holds(file, numbers, within=True):
            _remove(work, submission)
            return
        work.unseen.append(submission.submission_id)
    is_hidden = found and found.shape.format == "xlsx" and blanking.holds(file, numbers, within=False)
    _clean(work, submission, replace(found, is_touched=True) if found and is_hidden else found)


def _clean(work: _Work, submission: Submission, found: FileInspection | None) -> None:
    """Blank the landed file, rewrite the staged rows, record both; each of these may have been done before."""
    is_erased_person, file = work.is_erased_person(sender_of(work.rules, submission)), work.file(submission)
    if found and found.is_touched and not blanking.blank(file, found, is_erased_person):
        _remove(work, submission)
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


def _remove(work: _Work, submission: Submission) -> None:
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


def _restage(work: _Work, submission: Submission, erased: int | None) -> Counts:
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


def _without(work: _Work, submission: Submission) -> Callable[[str, pa.Table], pa.Table]:
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


def _sweep_waiting(work: _Work, file: Path, found: FileInspection | None, person: Person) -> list[str]:
    """Blank or remove a file of the inbox that holds the person; a sentence where it does."""
    sender = hints_of_place(work.settings.inbox, file).organisation
    is_erased_person = work.is_erased_person(sender if sender in work.rules.organisations else "")
    is_held = blanking.holds(file, (person.typed, person.normalised), within=found is None)
    is_hidden = is_held and (found is None or found.shape.format == "xlsx")
    if (is_hidden or (found and found.is_touched)) and not (found and blanking.blank(file, found, is_erased_person)):
        file.unlink()
        return ["A file that waits in the inbox held the person and was removed: its format cannot be blanked."]
    if scrubbed(file.name, is_erased_person) != file.name:
        file.replace(file.with_name(f"erased-{blanking.sha256(file)[:10]}{scrubbed(file.suffix, is_erased_person)}"))
    return ["A file that waits in the inbox held the person and was blanked."] if found and found.is_touched else []


def _forecast(person: Person, *looks: Sequence[FileInspection | None]) -> str:
    (rows, files), (waiting, left) = (
        (sum(one.row_count for one in some if one), sum(bool(one and one.is_touched) for one in some)) for some in looks
    )
    return (
        f"This erases one person of {person.organisation_code}: {rows:,} rows in {files:,} landed files and"
        f" {waiting:,} rows in {left:,} files that wait in the inbox. It cannot be undone."
    )


def _report(work: _Work) -> tuple[str, ...]:
    """What was done, and what it means."""
    named = ", ".join(sorted(set(work.touched)))
    said = [
        f"The person was erased from {len(set(work.touched)):,} submissions"
        + (f": {named}. These can no longer be rebuilt as they were known before." if named else "."),
        "Later files are taken without the person. Run `research-culture publish` to release without the person;"
        " figures that were released stay.",
    ]
    if work.removed:
        said.append(f"Removed whole, since their format cannot be blanked: {', '.join(sorted(work.removed))}.")
    if work.unseen:
        said.append(f"{len(work.unseen):,} files could not be looked into: see {', '.join(sorted(work.unseen))}.")
    if any(s.slot and s.slot.dataset == "survey" for s in work.ledger.submissions()):
        said.append("Survey answers carry no identifier, so a person's cannot be found.")
    return tuple(said)
