"""By hand: one file taken, a held submission confirmed, a submission or a release taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.errors import UsageError
from flows.home.keys import read_key
from flows.monthly.approve import withdraw_release
from flows.monthly.ingest import MAPPING
from flows.monthly.landing import Landed, hints_of_place, land_file
from flows.monthly.run import Month, exclusive_ledger, plain_steps
from flows.settings import Settings
from schemas.submissions import Period, State
from schemas.tables.sent import DATASETS
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger, SenderHints


def ingest_file(settings: Settings, file: Path | None, said: SenderHints, confirmed: str, now: datetime) -> Month:
    """Land, stage and record one file, or a held submission that is now confirmed; no release.

    Raises SetupError for an id that is not held, or without a key.
    """
    read_key(settings)
    _check(said)
    with exclusive_ledger(settings) as ledger:
        if file is None:
            _confirm(ledger, confirmed, now)
            landed = Landed((confirmed,))
        else:
            if file.resolve().is_relative_to(settings.inbox.resolve()):
                said = _beside(said, hints_of_place(settings.inbox.resolve(), file.resolve()))
            landed = land_file(settings, ledger, file, said, now)
        steps = plain_steps(settings, ledger)
        return Month(tuple(steps.ingest(one, now) for one in landed.submission_ids), landed.sentences, None)


def _check(said: SenderHints) -> None:
    """Raise UsageError for a flag that names no dataset or period."""
    if said.dataset and said.dataset not in DATASETS:
        raise UsageError(f"{said.dataset} is not a dataset; choose one of {', '.join(DATASETS)}")
    try:
        Period.parse(said.period or "2026")
    except ValueError as problem:
        raise UsageError(f"{problem}; write a month like 2026-09") from None


def _beside(said: SenderHints, place: SenderHints) -> SenderHints:
    """What the flags say, and where they are silent what the folders say."""
    return SenderHints(*(flag or there for flag, there in zip(vars(said).values(), vars(place).values(), strict=True)))


def _confirm(ledger: Ledger, submission_id: str, now: datetime) -> None:
    held = {s.submission_id: s for s in ledger.submissions() if s.state is State.HELD}
    if submission_id not in held:
        raise UsageError("that submission is not held; see `research-culture status` for those that are")
    ledger.say(submission_id, replace(held[submission_id].said, is_confirmed=True), now)


def withdraw(settings: Settings, ledger: Ledger, subject: str, by: str, reason: str, now: datetime) -> tuple[str, ...]:
    """Take back a release or a submission, whichever `subject` names. Raises UsageError where it cannot be."""
    if subject in {release.release_id for release in release_log.releases(ledger)}:
        return withdraw_release(settings, ledger, subject, by, reason, now)
    withdraw_submission(settings, ledger, subject, now, by, reason)
    return (f"Submission {subject} is withdrawn. Run `research-culture publish` to release without it.",)


def withdraw_submission(
    settings: Settings, ledger: Ledger, submission_id: str, now: datetime, by: str = "", reason: str = ""
) -> None:
    """Take a submission back; of a mapping, the layout that it made too. Raises UsageError."""
    try:
        ledger.withdraw(submission_id, now, by, reason)
    except KeyError:
        raise UsageError(f"there is no submission {submission_id}; see `research-culture status`") from None
    except ValueError as problem:
        raise UsageError(str(problem)) from None
    slot = ledger.submission(submission_id).slot
    if slot and slot.dataset == MAPPING:
        (settings.config / "layouts" / f"{slot.source}.toml").unlink(missing_ok=True)
