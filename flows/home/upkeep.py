"""Upkeep: what no longer belongs in the home folder is removed."""

import shutil

from flows.settings import Settings
from schemas.submissions import State
from warehouse.ledger.store import Ledger


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
