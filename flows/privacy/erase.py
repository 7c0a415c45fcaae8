"""Erase: a person's rows go from every file that the pipeline keeps, and later files cannot bring them back."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePath

from flows.erased.blanking import FileInspection, clean_file
from flows.erased.clean import Erasure, clean
from flows.erased.tombstones import Person, sender_of, tombstones_of_person
from flows.errors import UsageError
from flows.home import intact
from flows.home.inbox import hints_of_place
from flows.home.keys import begin_under_key
from flows.monthly import curate
from flows.settings import Settings, read_rules
from schemas.findings import counted
from transforms.reading.people import name_without
from warehouse.db.files import sha256
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger, Submission

Confirm = Callable[[str], bool]


def erase(
    settings: Settings, ledger: Ledger, person: Person, now: datetime, by: str, confirm: Confirm
) -> tuple[str, ...]:
    """Erase a person, once `confirm` has agreed to what it would touch; returns sentences on what was done.

    Stopped half-way, the same again ends it. Raises UsageError, SetupError, OSError.
    """
    begin_under_key(settings, ledger, now)
    intact.require_staged_of_all(settings, ledger)
    curate.remove_orphans(settings, ledger)
    known, numbers = erasures.tombstones(ledger), (person.typed, person.normalised)
    work = Erasure(settings, ledger, read_rules(settings), now, by, set(known), numbers)
    candidates = candidate_submissions(work, person)
    work.tombstones |= tombstones_of_person(settings, work.rules, person, candidates)
    landed, waiting = _inspect_all(work, candidates), _inspect_inbox(work, person)
    if not confirm(_forecast(person, landed.values(), waiting.values())):
        return ("Nothing was erased.",)
    erasures.bury(ledger, work.tombstones - known, person.organisation_code, now, by)
    for submission in candidates:
        clean(work, submission, landed[submission.submission_id])
    left = [sentence for file, found in waiting.items() for sentence in _clean_waiting(work, file, found)]
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


def _inspect_all(work: Erasure, candidates: Sequence[Submission]) -> Mapping[str, FileInspection | None]:
    """What each landed file holds; once more where rows that were never staged tell a number more of the person."""
    known = len(work.tombstones)
    landed = {one.submission_id: work.inspect(one) for one in candidates}
    return landed if len(work.tombstones) == known else _inspect_all(work, candidates)


def _inspect_inbox(work: Erasure, person: Person) -> Mapping[Path, FileInspection | None]:
    """The files of the inbox in which the person may stand, with what each holds."""
    found = {}
    for file in sorted(work.settings.inbox.rglob("*")):
        if file.is_file() and not file.is_symlink():
            sender = _sender_in_inbox(work, file)
            if work.settings.link_organisations or sender in ("", person.organisation_code):
                found[file] = work.inspect_file(file, file.name, sender)
    return found


def _sender_in_inbox(work: Erasure, file: Path) -> str:
    sender = hints_of_place(work.settings.inbox, file).organisation
    return sender if sender in work.rules.organisations else ""


def _clean_waiting(work: Erasure, file: Path, found: FileInspection | None) -> list[str]:
    """Clean or remove a file of the inbox; a sentence where it held the person."""
    if file.is_symlink() or not file.is_file():  # since it was looked at
        return []
    is_erased_person = work.is_erased_person(_sender_in_inbox(work, file))
    before, after = sha256(file), clean_file(file, found, is_erased_person, work.numbers)
    if not after:
        file.unlink()
        return ["A file that waits in the inbox held the person and was removed: its format cannot be blanked."]
    if (name := name_without(file.name, is_erased_person)) != file.name:
        file.replace(file.with_name(f"erased-{after[:10]}{PurePath(name).suffix}"))
    return ["A file that waits in the inbox held the person and was blanked."] if after != before else []


def _forecast(person: Person, *inspected: Iterable[FileInspection | None]) -> str:
    landed, inbox = ([one for one in some if one and one.is_touched] for some in inspected)
    (rows, files), (waiting, left) = ((sum(one.row_count for one in some), len(some)) for some in (landed, inbox))
    where = f"{counted(rows, 'row')} in {counted(files, 'landed file')}"
    beside = f"{counted(waiting, 'row')} in {counted(left, 'file')} of the inbox"
    return f"This erases one person of {person.organisation_code}: {where} and {beside}. It cannot be undone."


def _report(work: Erasure) -> tuple[str, ...]:
    """What was done, and what it means."""
    named = ", ".join(sorted(work.touched))
    sentences = [
        f"The person was erased from {counted(len(work.touched), 'submission')}"
        + (f": {named}. These can no longer be rebuilt as they were known before." if named else "."),
        "Later files are taken without the person. `research-culture run` proposes a release without the person;"
        " figures that were released stay.",
    ]
    if work.removed:
        sentences.append(f"Removed whole, since their format cannot be blanked: {', '.join(sorted(work.removed))}.")
    if work.unseen:
        unseen = counted(len(work.unseen), "file")
        sentences.append(f"{unseen} could not be looked into: see {', '.join(sorted(work.unseen))}.")
    if any(s.slot and s.slot.dataset == "survey" for s in work.ledger.submissions()):
        sentences.append("Survey answers carry no identifier, so a person's cannot be found.")
    return tuple(sentences)
