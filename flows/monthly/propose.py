"""Propose: write a release of the checked marts, to be approved or declined."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboards import write_pages
from flows.due import Due, due
from flows.errors import SetupError
from flows.monthly.curate import Curated, write_analyst_file
from flows.pages.proposal import write_proposal
from flows.settings import Settings, code_version, read_rules
from warehouse.build.declared import CheckResult
from warehouse.build.inputs import shown_sources
from warehouse.db import files
from warehouse.db.connection import open_work
from warehouse.ledger import release_log
from warehouse.ledger.history import read_past
from warehouse.ledger.release_log import PIPELINE, Decision
from warehouse.ledger.store import Ledger
from warehouse.release.current import show_current
from warehouse.release.former import NONE, Former, read_former
from warehouse.release.promises import Change
from warehouse.release.proposal import proposal_of
from warehouse.release.write import Release, ReleaseInputs, releases_in, write_release, write_stated


@dataclass(frozen=True)
class Published:
    """A release, or why there is none. `sentences` are for people. `page` says in markdown what is proposed."""

    release: Release | None
    sentences: tuple[str, ...]
    page: str = ""
    warnings: tuple[str, ...] = ()  # of checks
    is_approved: bool = False

    @property
    def is_held(self) -> bool:
        """True where a check holds the release, and the one before it still shows."""
        return self.release is None


def propose(settings: Settings, ledger: Ledger, curated: Curated, now: datetime) -> Published:
    """Propose a release of the marts, in place of the one that waits, unless a check holds it.

    Raises OSError, duckdb.IOException.
    """
    if held := (*(f"Held: {check.sentence}" for check in curated.stops), *_not_comparable(settings, ledger)):
        return Published(None, (*held, "Nothing was released; the last release is still current."))
    former = _former(settings, ledger)
    contracts = tuple(map(_contract_check, former.contract_changes()))
    submission_ids, sources = [s.submission_id for s in curated.submissions], shown_sources(ledger.submissions())
    inputs = ReleaseInputs(
        release_id=_new_id(settings, ledger, now),
        released_at=now,
        code_version=code_version(),
        rule_version=read_rules(settings).version,
        submissions=[replace(s, source=sources[s.submission_id]) for s in curated.submissions],
        audit_head=ledger.audit_head(),
        checks=[*curated.checks, *contracts],
        exceptions=release_log.exceptions(ledger),
        former=former,
        pages=write_pages,
    )
    with open_work(settings.work) as connection:
        release = write_release(connection, settings.proposed, inputs)
        write_stated(connection, settings.history / f"{release.release_id}.parquet")
        warnings = tuple(check.sentence for check in (*curated.warnings, *contracts))
        proposal = proposal_of(connection, ledger, release, submission_ids, warnings)
        write_proposal(settings, proposal, _due(settings, ledger, now))
        _record(settings, ledger, release, submission_ids, now)
    return Published(release, (f"Release {release.release_id} is proposed.",), proposal.as_markdown(), warnings)


def _due(settings: Settings, ledger: Ledger, now: datetime) -> tuple[Due, ...]:
    """What is due; nothing where the calendar cannot be used, of which the month's page tells."""
    try:
        return due(settings, ledger, now.date())
    except SetupError:
        return ()


def _contract_check(change: Change) -> CheckResult:
    """It warns and does not hold: what the tables are follows from the installed code, which no officer can change."""
    return CheckResult(change.table, change.column, "contract_version", "warn", change.is_declared, change.sentence)


def _former(settings: Settings, ledger: Ledger) -> Former:
    """The release that is current, for what has not changed since."""
    shown = release_log.current(ledger)
    return read_former(settings.released / shown.release_id, shown.manifest_sha256) if shown else NONE


def _new_id(settings: Settings, ledger: Ledger, now: datetime) -> str:
    """The time as an id, or the next free one after it: with the clock set back, another release may bear it."""
    taken = {one.release_id for one in release_log.releases(ledger)}
    while (release_id := f"{now:%Y%m%dT%H%M%S%fZ}") in taken or any(
        (place / release_id).exists() for place in settings.places.values()
    ):
        now += timedelta(microseconds=1)
    return release_id


def _not_comparable(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """A sentence on each approved release whose figures, or what people added to them, are gone."""
    past = read_past(ledger, settings.history, *settings.places.values())
    approved = {one.release_id for one in release_log.releases(ledger) if one.decision is Decision.APPROVED}
    for one in approved - (past.files.keys() & past.stated.keys()):
        what = f"history/{one}.parquet" if one in past.files else f"released/{one}"
        yield (
            f"Held: {what} is gone, so new figures cannot be compared with those of release {one}. Restore it from a"
            f" backup. If there is none, `research-culture withdraw {one} --reason TEXT` lets them go out uncompared."
        )


def finish_releases(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """Finish what a stopped run left undone of releases, and write again what is damaged or gone of what they show.

    Returns a sentence on what was mended, and on what only a person can mend.
    """
    files.remove_drafts(settings.history, settings.proposed, settings.released, settings.analyst_file.parent)
    told = show_current(ledger, settings.places)
    if is_analyst_file_current(settings, ledger):
        return told
    left = write_analyst_file(settings, ledger)
    what = "The analysts' file is missing, damaged or out of date." if left else "The analysts' file was written again."
    return (*told, what, *left)


def is_analyst_file_current(settings: Settings, ledger: Ledger) -> bool:
    """True where the analysts' file can be read and knows each release, and what was decided of it last."""
    made = {(one.release_id, one.decision.value) for one in release_log.releases(ledger)}
    return not made or releases_in(settings.analyst_file) == made


def _record(settings: Settings, ledger: Ledger, release: Release, submission_ids: list[str], now: datetime) -> None:
    former = release_log.waiting(ledger)
    if former is not None:
        replaced = f"replaced by {release.release_id}"
        release_log.decide(ledger, former.release_id, Decision.DECLINED, now, PIPELINE, replaced)
    release_log.propose(ledger, vars(release), submission_ids, now)
    show_current(ledger, settings.places)
