"""Curate: what is staged becomes core and marts in the work database, and is checked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.settings import Settings, read_rules
from schemas.datasets import DATASETS
from schemas.metrics import load_metrics
from schemas.submissions import State
from warehouse.build import StagedSubmission, build
from warehouse.connection import open_work
from warehouse.history import read_past
from warehouse.ledger import Ledger, Submission
from warehouse.references import reference_tables, submission_states

if TYPE_CHECKING:
    from warehouse.checks import CheckResult


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
    """Bring the work database up to date with the ledger and check it. Raises OSError, duckdb.IOException."""
    from warehouse.checks import run_checks

    tidy(settings, ledger)
    settings.work.parent.mkdir(parents=True, exist_ok=True)
    submissions = staged_submissions(ledger.loaded())
    rules, metrics = read_rules(settings), load_metrics()
    states = submission_states(ledger.submissions())
    history = read_past(ledger, settings.history, *settings.places.values())
    with open_work(settings.work) as connection:
        build(connection, settings.staged, submissions, reference_tables(rules, metrics), metrics, states, history)
        return Curated(submissions, run_checks(connection))


def rebuild(settings: Settings, ledger: Ledger) -> Curated:
    """Delete the work database and build it anew from what is staged."""
    for file in settings.work.parent.glob(f"{settings.work.name}*"):
        if file.is_file():
            file.unlink()
    return curate(settings, ledger)


def tidy(settings: Settings, ledger: Ledger) -> None:
    """Remove what a stopped run left behind: staged folders that the ledger never accepted, half-landed copies."""
    kept = {s.submission_id for s in ledger.submissions() if s.accepted_at is not None}
    for folder in settings.staged.iterdir() if settings.staged.is_dir() else ():
        if folder.name not in kept:
            shutil.rmtree(folder)
    for file in settings.landing.glob(".incoming-*"):
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
