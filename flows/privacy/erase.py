"""Erase: a person's rows go from every file that the pipeline keeps, and later files cannot bring them back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.erased import blanking
from flows.erased.blanking import FileInspection
from flows.erased.clean import Erasure, clean, look, remove
from flows.erased.tombstones import Person, of_look, of_person, sender_of
from flows.errors import UsageError
from flows.home import upkeep
from flows.home.inbox import hints_of_place
from flows.monthly import curate
from flows.settings import Settings, read_rules
from transforms.reading.people import scrubbed
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger, Submission

Confirm = Callable[[str], bool]


def erase(
    settings: Settings, ledger: Ledger, person: Person, now: datetime, by: str, confirm: Confirm
) -> tuple[str, ...]:
    """Erase a person, once `confirm` has agreed to what it would touch; returns sentences on what was done.

    Stopped half-way, the same again ends it. Raises UsageError, SetupError, OSError.
    """
    upkeep.require_one_key(settings, [s.submission_id for s in ledger.submissions()])
    upkeep.remove_orphans(settings, ledger)
    work = Erasure(settings, ledger, read_rules(settings), now, by, set(erasures.tombstones(ledger)))
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


def candidate_submissions(work: Erasure, person: Person) -> list[Submission]:
    """The submissions in which the person may stand. Raises UsageError for an organisation that is none of ours."""
    everyone = {s.slot.sender for s in work.ledger.submissions() if s.slot} | set(work.rules.organisations)
    if person.organisation_code not in everyone:
        raise UsageError("that organisation is not declared and has sent nothing; write its code as it was declared")
    kept = [s for s in work.ledger.submissions() if s.landed_name or s.accepted_at]
    if work.settings.link_organisations:
        return kept
    return [s for s in kept if sender_of(work.rules, s) in (person.organisation_code, "")]


def _look_around(work: Erasure, near: Sequence[Submission]) -> Mapping[str, FileInspection | None]:
    """What each landed file holds, once no file tells of a number more: in another it may stand alone."""
    while True:
        known = len(work.tombstones)
        looks = {s.submission_id: look(work, s) for s in near if s.landed_name}
        for s in near:
            if found := looks.get(s.submission_id):
                work.tombstones |= of_look(work.settings, sender_of(work.rules, s), found)
        if len(work.tombstones) == known:
            return looks


def _waiting(work: Erasure, person: Person) -> list[tuple[Path, FileInspection | None]]:
    """The files of the inbox in which the person may stand, with what each holds."""
    found = []
    for file in sorted(work.settings.inbox.rglob("*")):
        said = hints_of_place(work.settings.inbox, file).organisation if file.is_file() else ""
        sender = said if said in work.rules.organisations else ""
        is_near = work.settings.link_organisations or sender in ("", person.organisation_code)
        if file.is_file() and not file.is_symlink() and is_near:
            found.append((file, blanking.look(file, file.name, work.rules, work.is_erased_person(sender))))
    return found


def _sweep(work: Erasure, submission: Submission, found: FileInspection | None, person: Person) -> None:
    """Take the erased out of a submission, whatever its state."""
    numbers, file = (person.typed, person.normalised), work.file(submission)
    if found is None and submission.landed_name:
        if blanking.holds(file, numbers, within=True):
            remove(work, submission)
            return
        work.unseen.append(submission.submission_id)
    is_hidden = found and found.shape.format == "xlsx" and blanking.holds(file, numbers, within=False)
    clean(work, submission, replace(found, is_touched=True) if found and is_hidden else found)


def _sweep_waiting(work: Erasure, file: Path, found: FileInspection | None, person: Person) -> list[str]:
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


def _report(work: Erasure) -> tuple[str, ...]:
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
