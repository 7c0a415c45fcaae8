"""The key of the pseudonyms: read from its file, with its id and the domain that it is used in."""

import hashlib
from datetime import datetime

from flows.errors import SetupError
from flows.settings import Settings
from warehouse.ledger.store import Ledger
from warehouse.staging.rewrite import key_ids

FIRST_KEY, ROTATE_KEY = "first key", "rotate key"  # in the audit log, of a key's id
SHARED = "shared"  # the domain of pseudonyms where linking over organisations is agreed


def read_key(settings: Settings) -> tuple[bytes, str]:
    """The key and its id, which does not tell the key. Raises SetupError without a readable key of 32 bytes."""
    return read_keys(settings)[0]


def read_keys(settings: Settings) -> tuple[tuple[bytes, str], ...]:
    """The key, then the former ones, latest first, each with its id. Raises SetupError as `read_key` does.

    A former key recognises people erased under it, and ends a rotation. It makes no pseudonym that is kept.
    """
    if settings.key is None:
        raise SetupError("no key is set; run `research-culture init --key PATH`, with PATH outside the home folder")
    try:
        keys = [bytes.fromhex(line) for line in settings.key.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        raise SetupError("the key file is missing or is not a key; restore your copy of it") from None
    if not keys or min(map(len, keys)) < 32:
        raise SetupError("the key is shorter than 32 bytes; make one with `research-culture init --key PATH`")
    return tuple((key, hashlib.sha256(b"research-culture key id" + key).hexdigest()[:8]) for key in keys)


def check_key(settings: Settings, ledger: Ledger) -> str:
    """Raise SetupError where the key is missing, or staged rows stand under another or under another rule for linking.

    Returns what the rows to come will stand under (`staged_id`), or "" where the ledger knows it already. Rows are
    looked into only where it does not.
    """
    today, *former = (key_id for _, key_id in read_keys(settings))
    known = ledger.last_noted(FIRST_KEY, ROTATE_KEY)  # what staged rows stand under; "" before the first key
    if known == staged_id(settings, today):
        return ""
    before = (known or _staged_under(settings, ledger)).partition("-")[0] or today
    if before in former:
        raise SetupError(
            f"this home was kept under the key {before}, which is not the first in the key file; run"
            " `research-culture rotate-key`, which ends a change of key that was stopped. Nothing was read"
        )
    if before != today:
        raise SetupError(
            f"the key file holds the key {today}, and this home was kept under the key {before}; restore your copy of"
            f" {before}. Nothing was read"
        )
    if under_another_key(settings, ledger):
        raise SetupError(
            "staged data was made under another key, or before link_organisations was changed; run `research-culture"
            " rotate-key`, which ends that, or put the key or setting back"
        )
    return staged_id(settings, today)


def begin_under_key(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Check the key before anything is made under it; what is new of it is recorded. Raises SetupError as `check_key`.

    So all staged rows stand under what the ledger recorded last.
    """
    if new := check_key(settings, ledger):
        ledger.note(FIRST_KEY, new, now)


def under_another_key(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """The submissions whose staged rows were made under another key, or another rule for linking, than today's."""
    accepted = [one.submission_id for one in ledger.submissions() if one.accepted_at]
    keyed = {one: ids for one in accepted if (ids := key_ids(settings.staged / one))}
    today = {staged_id(settings, read_key(settings)[1])} if keyed else set()
    return tuple(one for one, ids in keyed.items() if ids != today)


def _staged_under(settings: Settings, ledger: Ledger) -> str:
    """What the latest staged rows of people stand under, in a home of before keys were recorded; "" without such."""
    ids = (key_ids(settings.staged / s.submission_id) for s in reversed(ledger.submissions()))
    return next((min(found) for found in ids if found), "")


def domain_of(settings: Settings, sender: str) -> str:
    """The domain within which a person has one pseudonym: the sender, or `shared` where linking is agreed."""
    return SHARED if settings.link_organisations else sender


def staged_id(settings: Settings, key_id: str) -> str:
    """The key id that staged rows carry: it also says whether people are linked over organisations."""
    return f"{key_id}-{SHARED}" if settings.link_organisations else key_id
