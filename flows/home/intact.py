"""Intact: whether staged and landed files still hold what the ledger says that was written."""

import shutil
from collections.abc import Iterable

from flows.errors import SetupError
from flows.settings import Settings
from schemas.submissions import State
from warehouse.db.files import sha256
from warehouse.ledger import erasures, staged_files
from warehouse.ledger.store import Ledger, Submission


def changed_staged(settings: Settings, ledger: Ledger, submission_ids: Iterable[str]) -> tuple[str, ...]:
    """The submissions of which a staged file is missing or does not hold what was written. Raises OSError.

    Files that an earlier version staged have no SHA-256 in the ledger, and are not looked into.
    """
    written = staged_files.contents(ledger)
    return tuple(
        one
        for one in submission_ids
        for folder in [settings.staged / one]
        if not folder.is_dir()
        or any(
            not (file := folder / f"{table}.parquet").is_file() or sha256(file) not in may_hold
            for table, may_hold in written.get(one, {}).items()
        )
    )


def require_staged(settings: Settings, ledger: Ledger, submission_ids: Iterable[str]) -> None:
    """Raise SetupError where the staged rows of a submission are not those that were written."""
    if changed := changed_staged(settings, ledger, submission_ids):
        raise SetupError(
            f"the staged rows of submission {', '.join(changed)} are not as they were written; run `research-culture"
            " rebuild`, which reads the file in landing again"
        )


def is_landed(settings: Settings, ledger: Ledger, submission: Submission) -> bool:
    """True where the file in landing is what was sent, or what the last erasure left of it. Raises OSError."""
    file = settings.landing / submission.landed_name
    return bool(submission.landed_name) and file.is_file() and sha256(file) == erasures.content(ledger, submission)


def require_staged_of_all(settings: Settings, ledger: Ledger) -> None:
    """Raise SetupError as `require_staged` does for what is loaded.

    Staged rows of others that have changed are removed, since only `rebuild --as-known-on` would read them.
    """
    kept = [s for s in ledger.submissions() if (settings.staged / s.submission_id).is_dir()]
    loaded = [s.submission_id for s in kept if s.state is State.LOADED]
    require_staged(settings, ledger, loaded)
    for one in changed_staged(settings, ledger, (s.submission_id for s in kept if s.state is not State.LOADED)):
        shutil.rmtree(settings.staged / one)
