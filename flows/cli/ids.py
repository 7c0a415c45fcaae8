"""Ids as people type them: shortened to what only one of them begins with, as git does."""

from collections import Counter
from collections.abc import Iterable, Mapping

from flows.errors import UsageError
from schemas.findings import Severity
from schemas.submissions import State
from warehouse.ledger import release_log
from warehouse.ledger.release_log import Decision
from warehouse.ledger.store import Ledger

_LISTED = 8
_SHORTEST = 2  # letters; one is a slip of the hand


def of_submissions(ledger: Ledger) -> list[str]:
    """What `findings` can show."""
    return [one.submission_id for one in ledger.submissions()]


def that_are_held(ledger: Ledger) -> list[str]:
    """What `ingest --confirm` can load."""
    found = (one.submission_id for one in ledger.submissions() if one.state in (State.HELD, State.LOADED))
    return [one for one in found if any(told["severity"] == Severity.HOLD for told in ledger.findings(one))]


def that_wait(ledger: Ledger) -> list[str]:
    """What `approve` and `decline` can decide on."""
    return [one.release_id for one in release_log.releases(ledger) if one.decision is Decision.PROPOSED]


def not_withdrawn(ledger: Ledger) -> list[str]:
    """What `withdraw` can take back: approved releases, which are few, and submissions."""
    gone = (State.WITHDRAWN, State.REMOVED)
    releases = (one.release_id for one in release_log.releases(ledger) if one.decision is Decision.APPROVED)
    return [*releases, *(one.submission_id for one in ledger.submissions() if one.state not in gone)]


def resolve(typed: str, known: Iterable[str]) -> str:
    """The one of these ids that `typed` is the beginning of, with or without its date; else `typed` itself.

    Raises UsageError that lists the candidates where there are several.
    """
    known, start = tuple(known), typed.casefold()
    if typed in known or len(typed) < _SHORTEST:
        return typed
    found = [one for one in known if one.casefold().startswith(start) or _short(one).casefold().startswith(start)]
    if len(found) > 1:
        more = f" and {len(found) - _LISTED} more" if found[_LISTED:] else ""
        raise UsageError(f"{typed} could be {', '.join(found[:_LISTED])}{more}; type more letters of the one you mean")
    return found[0] if found else typed


def short_ids(known: Iterable[str]) -> Mapping[str, str]:
    """Each submission's id as it can be typed: without its date, where no other has the same letters."""
    known = tuple(known)
    times = Counter(map(_short, known))
    return {one: _short(one) if times[_short(one)] == 1 else one for one in known}


def _short(one: str) -> str:
    return one.partition("-")[2] or one
