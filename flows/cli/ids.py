"""Ids as people type them: shortened to what only one of them begins with, as git does."""

from collections import Counter
from collections.abc import Iterable, Mapping

from flows.errors import UsageError
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

_LISTED = 8
_SHORTEST = 2  # letters; one is a slip of the hand


def whole_id(ledger: Ledger, typed: str) -> str:
    """The submission or release that `typed` is the beginning of, with or without its date; else `typed` itself.

    Raises UsageError that lists the candidates where there are several.
    """
    releases = (one.release_id for one in release_log.releases(ledger))
    return resolve(typed, (*(one.submission_id for one in ledger.submissions()), *releases))


def resolve(typed: str, known: Iterable[str]) -> str:
    """`whole_id` among these ids."""
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
