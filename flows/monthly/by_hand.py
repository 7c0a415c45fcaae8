"""By hand: take one file, confirm a held submission, withdraw a submission or a release."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.errors import UsageError
from flows.home.inbox import hints_of_place
from flows.home.keys import begin_under_key
from flows.monthly.approve import withdraw_release
from flows.monthly.landing import Landed, land_file
from flows.monthly.run import Month, plain_steps
from flows.settings import Settings
from schemas.findings import Severity
from schemas.submissions import MAPPING, Period, State
from schemas.tables import DATASETS
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger, SenderHints

# What withdrawing a submission means, by the state that it had
_MEANS = {
    State.LANDED: "It was never read, and no run will read it.",
    State.REJECTED: "It had been refused, and no run will read it again.",
    State.HELD: "It was held, so no release changes.",
    State.LOADED: "`research-culture run` proposes a release without it.",
    State.SUPERSEDED: "A later file had replaced it, so no release changes.",
}
_OF_MAPPING = "The layout that it made is gone too: `research-culture run` reads the files of it again."


def ingest_file(settings: Settings, ledger: Ledger, file: Path, hints: SenderHints, now: datetime) -> Month:
    """Land and ingest one file, without a release. Where the hints are silent, its folder in the inbox speaks.

    Raises UsageError for a hint that names no dataset or period, SetupError without the key.
    """
    _check(hints)
    begin_under_key(settings, ledger, now)
    inbox, place = settings.inbox.resolve(), file.resolve()
    if place.is_relative_to(inbox):
        theirs = vars(hints_of_place(inbox, place))
        hints = SenderHints(**{name: said or theirs[name] for name, said in vars(hints).items()})
    return _ingest(settings, ledger, land_file(settings, ledger, file, hints, now), now)


def confirm(settings: Settings, ledger: Ledger, submission_id: str, now: datetime) -> Month:
    """Load a held submission after all, or what would be held as it is read now.

    Raises UsageError for one that is not held, SetupError without the key.
    """
    begin_under_key(settings, ledger, now)
    findings = ledger.findings(submission_id)
    is_held = any(one["severity"] == Severity.HOLD for one in findings)
    if not is_held or (submission := ledger.submission(submission_id)).state not in (State.HELD, State.LOADED):
        raise UsageError("that submission is not held; see `research-culture status --all` for those that are")
    ledger.reopen(submission_id, replace(submission.hints, is_confirmed=True), now)
    return _ingest(settings, ledger, Landed((submission_id,)), now)


def withdraw(settings: Settings, ledger: Ledger, subject: str, by: str, reason: str, now: datetime) -> tuple[str, ...]:
    """Withdraw the release or the submission, of any state, that `subject` names. Returns a sentence on what it means.

    Of a mapping workbook, the layout that it made goes too. Raises UsageError where it cannot be withdrawn.
    """
    if subject in {release.release_id for release in release_log.releases(ledger)}:
        return withdraw_release(settings, ledger, subject, by, reason, now)
    try:
        former = ledger.withdraw(subject, now, by, reason)
    except KeyError:
        told = f"there is no submission {subject} to withdraw; see `research-culture status --all`"
        raise UsageError(told) from None
    except ValueError as problem:
        raise UsageError(str(problem)) from None
    means = _MEANS[former.state]
    if former.state is State.LOADED and former.slot and former.slot.dataset == MAPPING:
        (settings.config / "layouts" / f"{former.slot.source}.toml").unlink(missing_ok=True)
        means = _OF_MAPPING
    return (f"Submission {subject} is withdrawn. {means}",)


def _ingest(settings: Settings, ledger: Ledger, landed: Landed, now: datetime) -> Month:
    steps = plain_steps(settings, ledger)
    return Month(tuple(steps.ingest(one, now) for one in landed.submission_ids), landed.sentences, None)


def _check(hints: SenderHints) -> None:
    if hints.dataset and hints.dataset not in DATASETS:
        raise UsageError(f"{hints.dataset} is not a dataset; choose one of {', '.join(DATASETS)}")
    try:
        Period.parse(hints.period or "2026")
    except ValueError as problem:
        raise UsageError(f"{problem}; write a month like 2026-09") from None
