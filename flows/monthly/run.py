"""The monthly walk: all that waits, then core and marts, then a proposed release. Written once, for Prefect too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flows.erased.clean import clean_later_files
from flows.erased.tombstones import matcher_of
from flows.errors import SetupError
from flows.home.keys import read_key
from flows.monthly.approve import approve_published
from flows.monthly.curate import Curated, curate
from flows.monthly.ingest import Outcome, ingest
from flows.monthly.landing import Landed, land_inbox
from flows.monthly.propose import Published, publish
from flows.settings import Settings, actor, code_version, read_rules, require_home
from schemas.submissions import Period
from schemas.tables.sent import DATASETS
from warehouse.ledger import erasures, lock, release_log
from warehouse.ledger.store import Ledger
from warehouse.release.current import show_current


@dataclass(frozen=True)
class Steps:
    """The steps that the world can stop; Prefect passes the same ones as tasks with retries."""

    land: Callable[[datetime], Landed]
    ingest: Callable[[str, datetime], Outcome]
    curate: Callable[[], Curated]
    publish: Callable[[Curated, datetime], Published]


@dataclass(frozen=True)
class Month:
    """What a run came to."""

    outcomes: tuple[Outcome, ...]
    sentences: tuple[str, ...]  # duplicates, and what stayed in the inbox
    published: Published | None  # None where nothing had changed

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """Submissions that were refused or are held."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_taken)

    @property
    def release_sentences(self) -> tuple[str, ...]:
        """What was released, or why nothing was."""
        if self.published is not None:
            return self.published.sentences
        if any(outcome.is_taken for outcome in self.outcomes):
            return ("Not released yet: run `research-culture publish`.",)
        if self.outcomes:
            return ("Nothing was taken, so there is no new release.",)
        return ("Nothing new was in the inbox.",)

    def as_rows(self) -> list[dict[str, str]]:
        """One row a submission, for tables and artifacts; no identifier, file name or cell in it."""
        return [
            {
                "submission": o.submission_id,
                "organisation": o.organisation_code,
                "dataset": o.dataset,
                "source": o.source,
                "period": o.period,
                "state": o.state,
                "rows in": f"{o.counts.rows_in:,}",
                "taken": f"{o.counts.accepted:,}",
                "refused": f"{o.counts.rejected:,}",
                "totals, blank": f"{o.counts.noise:,}",
                **({"erased": f"{o.counts.erased:,}"} if any(one.counts.erased for one in self.outcomes) else {}),
                "findings": f"{o.finding_count:,}",
            }
            for o in self.outcomes
        ]

    def as_markdown(self) -> str:
        """The run in a few lines for Prefect's pages; no identifier, file name or cell in it."""
        counted = Counter(outcome.state for outcome in self.outcomes)
        lines = [f"- {count:,} {state}: {state.sentence}" for state, count in counted.items()]
        lines += [f"- {sentence}" for sentence in self.sentences]
        released = (f"- {sentence}" for sentence in self.release_sentences)
        return "\n".join(("## Submissions", *(lines or ["- None waited."]), "", "## Release", *released))


def plain_steps(settings: Settings, ledger: Ledger) -> Steps:
    """The steps as plain functions, without Prefect."""

    def ingest_one(submission_id: str, now: datetime) -> Outcome:
        erased_of = partial(matcher_of, settings, erasures.tombstones(ledger))
        outcome = ingest(settings, ledger, submission_id, now, erased_of)
        clean_later_files(settings, ledger, now)
        return outcome

    def curate_all() -> Curated:
        return curate(settings, ledger)

    def publish_all(curated: Curated, now: datetime) -> Published:
        return publish(settings, ledger, curated, now)

    return Steps(lambda now: land_inbox(settings, ledger, now), ingest_one, curate_all, publish_all)


def monthly(settings: Settings, ledger: Ledger, steps: Steps, now: datetime) -> Month:
    """Land, ingest and curate what waits and propose a release of it; without anything new, that is all.

    Raises SetupError before anything is touched when the home or key is missing; OSError where the world fails.
    """
    require_home(settings)
    read_key(settings)
    landed = steps.land(now)
    outcomes = ingest_pending(settings, ledger, steps, now)
    if not needs_release(settings, ledger):
        waits = release_log.waiting(ledger)
        told = (f"Release {waits.release_id} still waits for approval.",) if waits else ()
        return Month(outcomes, (*landed.sentences, *told), None)
    return Month(outcomes, landed.sentences, release(settings, ledger, steps, now))


def release(settings: Settings, ledger: Ledger, steps: Steps, now: datetime, by: str = "") -> Published:
    """Curate and propose a release; approved at once where a person (`by`) asks for it, or auto-approval may."""
    curated = steps.curate()
    return approve_published(settings, ledger, curated, steps.publish(curated, now), by, now)


def ingest_pending(settings: Settings, ledger: Ledger, steps: Steps, now: datetime) -> tuple[Outcome, ...]:
    """Judge all that waits, again where a mapping taken in between has made a layout for it."""
    outcomes: dict[str, Outcome] = {}
    while pending := ledger.pending(read_rules(settings).version):
        for submission in pending:
            outcomes[submission.submission_id] = steps.ingest(submission.submission_id, now)
    return tuple(outcomes.values())


def needs_release(settings: Settings, ledger: Ledger) -> bool:
    """True where neither what shows nor the last proposal, whatever was decided of it, was made from what is loaded
    now, less those erased since, under today's rules and code; or where the analysts' file was held open then."""
    loaded = {s.submission_id for s in ledger.loaded() if s.slot and s.slot.dataset in DATASETS}
    made = release_log.releases(ledger)
    if not made:
        return bool(loaded)
    versions = read_rules(settings).version, code_version()
    candidates = (made[0], release_log.current(ledger))
    alike = [one for one in candidates if one and (one.rule_version, one.code_version) == versions]
    if _analysts_wait(settings):
        return True
    return not any(
        release_log.submissions_of(ledger, one.release_id) == loaded and not erasures.is_since(ledger, one.made_at)
        for one in alike
    )


def _analysts_wait(settings: Settings) -> bool:
    file, folders = settings.analyst_file, (settings.proposed, settings.released)
    written = [manifest.stat().st_mtime for folder in folders for manifest in folder.glob("[0-9]*/manifest.json")]
    return not file.is_file() or file.stat().st_mtime < max(written, default=0)


def backfill(settings: Settings, ledger: Ledger, steps: Steps, first: Period, last: Period, now: datetime) -> Month:
    """Judge what was loaded for the months `first` to `last` again from landing, under today's rules, and propose.

    A submission that today's rules refuse or hold stays out, with its findings, until it is corrected.
    """
    chosen = [
        s
        for s in ledger.loaded()
        if s.slot and s.landed_name and first.start <= s.slot.period.end and s.slot.period.start <= last.end
    ]
    outcomes = tuple(steps.ingest(s.submission_id, now) for s in chosen)
    return Month(outcomes, (), release(settings, ledger, steps, now))


@contextmanager
def exclusive_ledger(settings: Settings) -> Iterator[Ledger]:
    """The ledger, held by one run at a time, with what a stopped run left of releases put right.

    Raises SetupError where another run holds it, or there is no home.
    """
    with run_lock(settings), Ledger(settings.ledger, actor(), code_version()) as ledger:
        show_current(ledger, settings.places)
        yield ledger


@contextmanager
def run_lock(settings: Settings) -> Iterator[None]:
    """The lock of a run, which goes with the process, however it ends. Raises SetupError as `exclusive_ledger` does."""
    require_home(settings)
    try:
        with lock.hold(settings.home / "run.lock"):
            yield
    except lock.LockedError:
        raise SetupError("another run is under way; wait for it to end, then try again") from None
