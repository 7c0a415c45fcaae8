"""Approve, decline or withdraw a release, and allow figures to be restated."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from flows.errors import SetupError, UsageError
from flows.monthly.curate import write_analyst_file
from flows.monthly.propose import Published
from flows.settings import Settings, read_rules
from schemas.metrics import load_metrics
from schemas.submissions import State
from warehouse.ledger import release_log
from warehouse.ledger.release_log import PIPELINE, Decision, ReleaseRecord
from warehouse.ledger.store import Ledger
from warehouse.release.current import is_intact, move, show_current
from warehouse.release.write import MANIFEST, Release

_BY_ITSELF = "every check met, nothing held"


def approve(
    settings: Settings, ledger: Ledger, release_id: str, by: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Approve the release that waits, so that it shows. `release_id` may be ''. Returns sentences on it.

    Of a release that shows already, it only repairs what is shown. Raises UsageError for a release that does not wait
    or holds a submission withdrawn since, and without a reason; SetupError where its folder is gone or changed, OSError
    where a file of it is open. Then nothing was decided.
    """
    shown = release_log.current(ledger)
    if shown is not None and shown.release_id == release_id:
        return (f"Release {release_id} is already current.", *show_current(ledger, settings.places))
    release = _waiting(ledger, release_id)
    _require(reason)
    folder = settings.proposed / release.release_id
    if not folder.is_dir():
        raise SetupError("the proposed release's folder is gone; `research-culture run` proposes it again")
    if not is_intact(folder, release.manifest_sha256):
        raise SetupError("a file of the proposed release was changed; `research-culture run` proposes it again")
    withdrawn = {one.submission_id for one in ledger.submissions() if one.state is State.WITHDRAWN}
    if not withdrawn.isdisjoint(release_log.submissions_of(ledger, release.release_id)):
        raise UsageError("a submission behind it was withdrawn since; `research-culture run` proposes one without it")
    move(folder, settings.released)
    release_log.decide(ledger, release.release_id, Decision.APPROVED, now, by, reason)
    left = (*show_current(ledger, settings.places), *write_analyst_file(settings, ledger))
    return (f"Release {release.release_id} is approved by {by} and is now current.", *left)


def decline(
    settings: Settings, ledger: Ledger, release_id: str, by: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Decline the release that waits. Its folder goes, its page stays. Raises UsageError as `approve`."""
    release = _waiting(ledger, release_id)
    _require(reason)
    release_log.decide(ledger, release.release_id, Decision.DECLINED, now, by, reason)
    left = (*show_current(ledger, settings.places), *write_analyst_file(settings, ledger))
    next_one = "`research-culture run` proposes the next one once a file, a rule or a list has changed."
    return (f"Release {release.release_id} is declined. {next_one}", *left)


def withdraw_release(
    settings: Settings, ledger: Ledger, release_id: str, by: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Withdraw a release: its folder goes to `restricted/withdrawn`, and the one approved before it shows again.

    Raises UsageError for a release that is not approved.
    """
    if release_id not in {one.release_id for one in release_log.releases(ledger) if one.decision is Decision.APPROVED}:
        raise UsageError("only an approved release can be withdrawn; `research-culture decline` is for one that waits")
    release_log.decide(ledger, release_id, Decision.WITHDRAWN, now, by, reason)
    left = (*show_current(ledger, settings.places), *write_analyst_file(settings, ledger))
    shown = release_log.current(ledger)
    now_shows = f"release {shown.release_id} is current" if shown else "no release is current"
    return (f"Release {release_id} is withdrawn: now {now_shows}.", *left)


def restate(
    settings: Settings, ledger: Ledger, family: tuple[str, str, str], by: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Allow the next release to restate a metric (of an organisation, to a last day) although few people changed.

    So are the metrics that count the same people.

    Raises UsageError for an unknown metric or organisation, or a day that cannot be read.
    """
    metric_id, organisation, last_day = family
    if metric_id not in {metric.metric_id for metric in load_metrics()}:
        raise UsageError(f"{metric_id} is not a metric; see marts.metric_definition")
    if organisation not in read_rules(settings).organisations:
        raise UsageError("that organisation is not declared in config/organisations.csv")
    try:
        period_end = date.fromisoformat(last_day)
    except ValueError:
        raise UsageError("the last day of the period is not a date; write it like 2026-09-30") from None
    release_log.allow(ledger, (metric_id, organisation, period_end), now, by, reason)
    return (
        "It is restated in the next release, with all metrics that count the same people:"
        " `research-culture run` proposes it.",
    )


def approve_published(
    settings: Settings, ledger: Ledger, published: Published, now: datetime, by: str = PIPELINE, reason: str = ""
) -> Published:
    """Approve the proposal where a person (`by`) asked for it or auto-approval may. Else say how to approve it.

    After a person declined one, only `approve` does: whoever types it has read what is proposed now.
    """
    if published.release is None:
        return published
    release_id = published.release.release_id
    hindrances = tuple(_declined(ledger, published.release))
    if by == PIPELINE:
        hindrances += tuple(_hindrances(settings, ledger, bool(published.warnings)))
    if hindrances:
        how = f"`research-culture approve {release_id} --reason TEXT`"
        where = f"Release {release_id} is proposed and is not current yet: read proposed/{release_id}.html, then {how}."
        return replace(published, sentences=(*write_analyst_file(settings, ledger), *hindrances, where))
    approved = approve(settings, ledger, release_id, by, reason or _BY_ITSELF, now)
    warnings = (f"Look at: {sentence}" for sentence in published.warnings)
    sentences = (published.release.headline, *warnings, *approved)
    return replace(published, sentences=sentences, is_approved=True)


def approve_waiting(settings: Settings, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Of the release that waits, as it may since a run was stopped: approve it where auto-approval may, or say so."""
    waits = release_log.waiting(ledger)
    if waits is None:
        return ()
    folder = settings.proposed / waits.release_id
    if is_intact(folder, waits.manifest_sha256):
        unmet = any(not check["is_met"] for check in json.loads((folder / MANIFEST).read_bytes())["checks"])
        if not any((*_declined(ledger, waits), *_hindrances(settings, ledger, unmet))):
            return approve(settings, ledger, waits.release_id, PIPELINE, _BY_ITSELF, now)
    return (f"Release {waits.release_id} still waits for approval.",)


def _declined(ledger: Ledger, release: Release | ReleaseRecord) -> Iterator[str]:
    """What to say of the release that a person declined before this one, if any. Who and why is in the ledger alone."""
    if declined := release_log.declined(ledger):
        is_same = declined.content_hash == release.content_hash
        yield (
            f"Release {declined.release_id} was declined on {declined.decided_at:%d %B %Y}. What is proposed now has"
            f" {'the same' if is_same else 'other'} figures, and is not approved without being read."
        )


def _hindrances(settings: Settings, ledger: Ledger, is_unmet: bool) -> Iterator[str]:
    """The reasons why only a person may approve this release."""
    if not settings.auto_approve:
        yield "A person approves releases here: `auto_approve` is not set."
        return
    if is_unmet:
        yield "It is not approved by itself: a check is not met."
    if any(submission.state is State.HELD for submission in ledger.submissions()):
        yield "It is not approved by itself: a held submission waits for a person's answer."


def _require(reason: str) -> None:
    if not reason.strip():
        raise UsageError("a decision needs a reason, for the record; say why with --reason TEXT")


def _waiting(ledger: Ledger, release_id: str) -> ReleaseRecord:
    found = release_log.waiting(ledger)
    if found is None:
        shown = release_log.current(ledger)
        now_shows = f", and {shown.release_id} is current" if shown else ""
        raise UsageError(
            f"no release waits for approval{now_shows}; `research-culture status --all` shows what was decided of each"
        )
    if release_id not in ("", found.release_id):
        raise UsageError(f"that release does not wait for approval; {found.release_id} does")
    return found
