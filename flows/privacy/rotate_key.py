"""Rotate: a new key, and staged rows that stand under it, made anew from the identifiers in landing."""

import secrets
from datetime import datetime
from functools import partial

from flows.erased.blanking import inspect
from flows.erased.tombstones import sender_of
from flows.errors import SetupError
from flows.home import intact
from flows.home.keys import ROTATE_KEY, SHARED, domain_of, read_key, read_keys, staged_id, under_another_key
from flows.monthly import curate
from flows.settings import Settings, read_rules
from schemas.findings import counted
from schemas.rulebook import Rulebook
from transforms.pseudonymise import Pseudonymiser
from warehouse.db import files
from warehouse.ledger import staged_files
from warehouse.ledger.store import Ledger, Submission
from warehouse.staging import rewrite


def rotate(settings: Settings, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Make a new key, unless staged rows already stand under another than today's, and put all of them under it.

    The rows, states and counts stay as they are. Returns sentences on it. Stopped half-way, the same again ends it.
    Raises SetupError where the key file lacks a key that staged rows stand under, OSError.
    """
    intact.require_staged_of_all(settings, ledger)
    former = read_key(settings)[1]
    if not under_another_key(settings, ledger):
        _add_key(settings)
    today, waiting, apart = read_key(settings)[1], under_another_key(settings, ledger), []
    rules = read_rules(settings)
    for submission_id in waiting:
        record = partial(staged_files.record, ledger, submission_id, now)
        if not _under_today(settings, rules, ledger.submission(submission_id), record):
            apart.append(submission_id)
    told = curate.rewrite_databases(settings, ledger)
    ledger.note(ROTATE_KEY, staged_id(settings, today), now, former=former, submissions=len(waiting), apart=apart)
    stand = counted(len(waiting), "submission now stands", "submissions now stand")
    done = f"{stand} under the key {today}. Keep a copy of the key file as before; the"
    lost = f"The landed files of {', '.join(apart)} do not tell who is who: their people no longer link to others'."
    return (f"{done} former keys in it recognise people who were erased.", *([lost] if apart else []), *told)


def _add_key(settings: Settings) -> None:
    """Put a new key on the first line of the key file, above the former ones."""
    assert settings.key is not None  # a key was read
    keys = (secrets.token_hex(32), *(key.hex() for key, _ in read_keys(settings)), "")
    files.write(settings.key, "\n".join(keys).encode(), 0o600)


def _under_today(settings: Settings, rules: Rulebook, submission: Submission, record: rewrite.Record) -> bool:
    """Put a submission's staged rows under today's key; False where landing does not tell all of their identifiers,
    and a pseudonym of the former pseudonym stands for those."""
    folder, (key, key_id) = settings.staged / submission.submission_id, read_key(settings)
    sender = sender_of(rules, submission)
    today = Pseudonymiser(key, staged_id(settings, key_id), domain_of(settings, sender))
    former = [_former(settings, one, sender) for one in rewrite.key_ids(folder) - {today.key_id}]
    landed, sent = settings.landing / submission.landed_name, submission.sent_name
    found = inspect(landed, sent, rules, lambda *_: False, submission.layout) if submission.landed_name else None
    met = {
        (kind, one.pseudonym(kind, number)): today.pseudonym(kind, number)
        for kind, number in (found.everyone if found else ())
        for one in former
    }
    unmet: list[str] = []

    def instead(kind: str, old: str) -> str:
        if (kind, old) not in met:
            unmet.append(old)
        return met.get((kind, old)) or today.pseudonym(kind, old)

    rewrite.rewrite(folder, instead, record, today.key_id)
    return not unmet


def _former(settings: Settings, staged_under: str, sender: str) -> Pseudonymiser:
    key_id, _, is_linked = staged_under.partition("-")
    keys = {known: key for key, known in read_keys(settings)}
    if key_id not in keys:
        raise SetupError(f"staged rows stand under the key {key_id}, which is not in the key file; restore your copy")
    return Pseudonymiser(keys[key_id], staged_under, SHARED if is_linked else sender)
