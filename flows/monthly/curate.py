"""Curate: build core and marts from the staged rows in the work database, and check them."""

import shutil
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from flows.errors import tell
from flows.home.intact import require_staged
from flows.settings import Settings, read_rules
from schemas.metrics import load_metrics
from schemas.submissions import State
from schemas.tables import DATASETS
from warehouse.build.build import build
from warehouse.build.checks import run_checks, will_ask
from warehouse.build.declared import CheckResult
from warehouse.build.expected import expectations
from warehouse.build.inputs import StagedSubmission
from warehouse.db.connection import open_work
from warehouse.db.references import reference_tables
from warehouse.ledger import staged_files
from warehouse.ledger.history import read_past
from warehouse.ledger.lock import Fault, fault_of
from warehouse.ledger.store import Ledger, Submission
from warehouse.release.write import export_analyst_file


@dataclass(frozen=True)
class Curated:
    """The result of a build: its checks, and the submissions it was made from."""

    submissions: tuple[StagedSubmission, ...]
    checks: tuple[CheckResult, ...]

    @property
    def stops(self) -> tuple[CheckResult, ...]:
        """The unmet checks that hold the release."""
        return tuple(check for check in self.checks if not check.is_met and check.severity == "stop")

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """The unmet checks that are reported and hold nothing."""
        return tuple(check for check in self.checks if not check.is_met and check.severity == "warn")


def curate(settings: Settings, ledger: Ledger) -> Curated:
    """Bring the work database up to date with the ledger and check it. One that is damaged is built again.

    The staged rows are taken as they are: whoever calls has looked whether they are as written. Raises OSError,
    duckdb.IOException.
    """
    remove_orphans(settings, ledger)
    settings.work.parent.mkdir(parents=True, exist_ok=True)
    submissions = staged_submissions(ledger.loaded(), staged_files.contents(ledger))
    metrics = load_metrics()
    references = reference_tables(read_rules(settings), metrics)
    history = read_past(ledger, settings.history, *settings.places.values())

    def built() -> Curated:
        with open_work(settings.work) as connection, expectations() as expected:
            if will_ask(connection, {one.dataset for one in submissions}):
                expected.start()
            build(connection, settings.staged, submissions, references, metrics, ledger.submissions(), history)
            return Curated(submissions, run_checks(connection, expected.look))

    try:
        return built()
    except Exception as problem:
        if fault_of(problem) is not Fault.DAMAGED_TABLES:
            raise
    _remove_work_database(settings)
    tell("The work database was damaged, and is built again.")
    return built()


def rebuild(settings: Settings, ledger: Ledger) -> Curated:
    """Delete the work database and build it again from the staged rows.

    Raises SetupError where they are not as they were written, and as `curate` does.
    """
    require_staged(settings, ledger, [s.submission_id for s in staged_submissions(ledger.loaded())])
    _remove_work_database(settings)
    return curate(settings, ledger)


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


def _remove_work_database(settings: Settings) -> None:
    """Remove the work database and what a stopped run spilled beside it; the next build makes it again."""
    for file in settings.work.parent.glob(f"{settings.work.name}*"):
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()


def rewrite_databases(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Write the work database and the analysts' file as new files, which hold nothing that was removed.

    Returns a sentence where another program holds the analysts' file open.
    """
    rebuild(settings, ledger)
    for file in settings.analyst_file.parent.glob("*.duckdb"):
        if file != settings.analyst_file:
            file.unlink()  # as known on a day: it can be made again, without what was removed
    return rewrite_analyst_file(settings, ledger)


def rewrite_analyst_file(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Write the analysts' file again, if there is one. Returns a sentence on each gap, as `write_analyst_file` does."""
    return write_analyst_file(settings, ledger) if settings.analyst_file.is_file() else ()


def write_analyst_file(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Write the analysts' file from the work database and the releases so far. Returns a sentence on each gap."""
    history = read_past(ledger, settings.history, *settings.places.values())
    try:
        if settings.work.is_file():
            return (*history.sentences, *export_analyst_file(settings.work, settings.analyst_file, history))
    except Exception as problem:
        if fault_of(problem) is not Fault.DAMAGED_TABLES:
            raise
    return ("The work database is gone or damaged. Every run builds it and the analysts' file again.",)


def staged_submissions(
    loaded: Sequence[Submission], contents: Mapping[str, Mapping[str, Set[str]]] = MappingProxyType({})
) -> tuple[StagedSubmission, ...]:
    """The loaded submissions that have staged rows, as a build takes them; `contents` are the ledger's of those."""
    return tuple(
        StagedSubmission(
            *(s.submission_id, s.slot.sender, s.slot.dataset, s.slot.source, s.slot.period.start, s.slot.period.end),
            *(at, " ".join(sorted(sha for held in contents.get(s.submission_id, {}).values() for sha in held))),
        )
        for s in loaded
        if s.state is State.LOADED and s.slot and s.slot.dataset in DATASETS and (at := s.accepted_at)
    )
