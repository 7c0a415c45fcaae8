"""Curate: what is staged becomes core and marts in the work database, and is checked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from flows.settings import Settings, SetupError, read_key, read_rules, staged_id
from schemas.metrics import load_metrics
from schemas.submissions import State
from schemas.tables.sent import DATASETS
from warehouse.build.build import build
from warehouse.build.checks import CheckResult, run_checks
from warehouse.build.inputs import StagedSubmission, submission_states
from warehouse.db.connection import open_work
from warehouse.db.references import reference_tables
from warehouse.ledger.history import read_past
from warehouse.ledger.store import Ledger, Submission
from warehouse.release.write import export_analyst_file
from warehouse.staging.rewrite import key_ids


@dataclass(frozen=True)
class Curated:
    """The outcome of a build: which checks were not met, and which submissions stand behind it."""

    submissions: tuple[StagedSubmission, ...]
    checks: tuple[CheckResult, ...]

    @property
    def stops(self) -> tuple[CheckResult, ...]:
        """Unmet checks that hold the release."""
        return tuple(check for check in self.checks if not check.is_met and check.severity == "stop")

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """Unmet checks that are told but hold nothing."""
        return tuple(check for check in self.checks if not check.is_met and check.severity == "warn")


def curate(settings: Settings, ledger: Ledger) -> Curated:
    """Bring the work database up to date with the ledger and check it.

    Raises OSError, duckdb.IOException; SetupError where people of one key would meet those of another.
    """
    remove_orphans(settings, ledger)
    settings.work.parent.mkdir(parents=True, exist_ok=True)
    submissions = staged_submissions(ledger.loaded())
    require_one_key(settings, [s.submission_id for s in submissions])
    rules, metrics = read_rules(settings), load_metrics()
    states = submission_states(ledger.submissions())
    history = read_past(ledger, settings.history, *settings.places.values())
    with open_work(settings.work) as connection:
        build(connection, settings.staged, submissions, reference_tables(rules, metrics), metrics, states, history)
        return Curated(submissions, run_checks(connection))


def rebuild(settings: Settings, ledger: Ledger) -> Curated:
    """Delete the work database and build it anew from what is staged."""
    for file in settings.work.parent.glob(f"{settings.work.name}*"):
        if file.is_dir():  # what a stopped run spilled to disk
            shutil.rmtree(file)
        else:
            file.unlink()
    return curate(settings, ledger)


def rewrite_databases(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Make the work database and the analysts' file as new files, in which no page holds what is gone.

    Returns a sentence where another program holds the analysts' file open.
    """
    rebuild(settings, ledger)
    for file in settings.analyst_file.parent.glob("*.duckdb"):
        if file != settings.analyst_file:
            file.unlink()  # what was known on a day: it can be made again, without what is gone
    if not settings.analyst_file.is_file():
        return ()
    with open_work(settings.work) as connection:
        return tuple(filter(None, (export_analyst_file(connection, settings.analyst_file),)))


def require_one_key(settings: Settings, submission_ids: Sequence[str]) -> None:
    """Raise SetupError where staged rows do not all stand under today's key and rule for linking organisations."""
    if under_another_key(settings, submission_ids):
        raise SetupError(
            "staged data was made under another key, or before link_organisations was changed; run `research-culture"
            " rotate-key`, which ends that, or put the key or setting back"
        )


def under_another_key(settings: Settings, submission_ids: Sequence[str]) -> tuple[str, ...]:
    """The submissions with staged rows under another key, or another rule for linking, than today's."""
    keyed = {one: ids for one in submission_ids if (ids := key_ids(settings.staged / one))}
    today = {staged_id(settings, read_key(settings)[1])} if keyed else set()
    return tuple(one for one, ids in keyed.items() if ids != today)


def remove_orphans(settings: Settings, ledger: Ledger) -> None:
    """Remove what the ledger does not name: what a stopped run left behind, and what is past its retention."""
    submissions = ledger.submissions()
    kept = {s.submission_id for s in submissions if s.accepted_at is not None and s.state is not State.REMOVED}
    for folder in settings.staged.iterdir() if settings.staged.is_dir() else ():
        if folder.name not in kept:
            shutil.rmtree(folder)
    landed = {s.landed_name for s in submissions}
    for file in settings.landing.glob("*"):
        if file.is_file() and file.name not in landed:
            file.chmod(0o600)
            file.unlink()


def staged_submissions(loaded: Sequence[Submission]) -> tuple[StagedSubmission, ...]:
    """The loaded submissions that have staged rows, as the warehouse wants them."""
    return tuple(
        StagedSubmission(
            s.submission_id, s.slot.sender, s.slot.dataset, s.slot.source, s.slot.period.start, s.slot.period.end, at
        )
        for s in loaded
        if s.state is State.LOADED and s.slot and s.slot.dataset in DATASETS and (at := s.accepted_at)
    )
