"""Upkeep: what no longer belongs in the home folder is removed, and staged rows are held to one key."""

import shutil
from collections.abc import Sequence

from flows.errors import SetupError
from flows.home.keys import read_key, staged_id
from flows.settings import Settings
from schemas.submissions import State
from warehouse.ledger.store import Ledger
from warehouse.staging.rewrite import key_ids


def require_one_key(settings: Settings, submission_ids: Sequence[str]) -> None:
    """Raise SetupError where staged rows were made under another key, or another rule for linking, than today's."""
    if under_another_key(settings, submission_ids):
        raise SetupError(
            "staged data was made under another key, or before link_organisations was changed; run `research-culture"
            " rotate-key`, which ends that, or put the key or setting back"
        )


def under_another_key(settings: Settings, submission_ids: Sequence[str]) -> tuple[str, ...]:
    """The submissions whose staged rows were made under another key, or another rule for linking, than today's."""
    keyed = {one: ids for one in submission_ids if (ids := key_ids(settings.staged / one))}
    today = {staged_id(settings, read_key(settings)[1])} if keyed else set()
    return tuple(one for one, ids in keyed.items() if ids != today)


def remove_orphans(settings: Settings, ledger: Ledger) -> None:
    """Remove what the ledger says is gone, past retention or in a stopped run; never what it does not know."""
    for folder in settings.staged.glob(".*"):
        shutil.rmtree(folder)
    for submission in ledger.submissions():
        folder, file = settings.staged / submission.submission_id, settings.landing / submission.submission_id
        if (submission.accepted_at is None or submission.state is State.REMOVED) and folder.is_dir():
            shutil.rmtree(folder)
        if not submission.landed_name and file.is_file():
            file.chmod(0o600)
            file.unlink()


def remove_work_database(settings: Settings) -> None:
    """Remove the work database and what a stopped run spilled beside it; the next build makes it again."""
    for file in settings.work.parent.glob(f"{settings.work.name}*"):
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()
