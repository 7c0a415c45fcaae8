"""The monthly run: land and ingest what waits, build core and marts, propose a release. Prefect runs the same code."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from flows.erased.clean import Erasure, clean_later_file, clean_later_files
from flows.erased.tombstones import matcher_of
from flows.errors import SetupError, UsageError, tell
from flows.home import record
from flows.home.inbox import Stayed
from flows.home.intact import changed_staged, is_landed
from flows.home.keys import begin_under_key
from flows.monthly.approve import approve_published, approve_waiting
from flows.monthly.curate import Curated, curate, staged_submissions, write_analyst_file
from flows.monthly.ingest import Outcome, ingest
from flows.monthly.intake import Intake, Outdated, outdated, told
from flows.monthly.landing import LandedInbox, land_inbox
from flows.monthly.propose import Published, finish_releases, is_analyst_file_current, propose
from flows.pages.month import renew_pages
from flows.settings import Settings, actor, code_version, read_rules, require_home
from flows.worker import Worker, warm_up
from schemas.findings import counted
from schemas.submissions import Period, State
from schemas.tables import DATASETS
from warehouse.ledger import erasures, lock, release_log
from warehouse.ledger.read_again import pending
from warehouse.ledger.release_log import Decision, ReleaseRecord
from warehouse.ledger.store import Ledger
from warehouse.release.current import is_intact


@dataclass(frozen=True)
class Steps:
    """The steps that a locked file or a full disk can stop. Prefect passes the same ones as tasks with retries."""

    land: Callable[[datetime], LandedInbox]
    ingest: Callable[[str, datetime], Outcome]
    curate: Callable[[], Curated]
    publish: Callable[[Curated, datetime], Published]


@dataclass(frozen=True)
class Month:
    """The result of a run."""

    outcomes: tuple[Outcome, ...]
    sentences: tuple[str, ...]  # duplicates, and a release that waits
    published: Published | None  # None where nothing had changed
    stayed: tuple[Stayed, ...] = ()

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The submissions that were refused or are held."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_taken)

    @property
    def release_sentences(self) -> tuple[str, ...]:
        """What was released, or why nothing was."""
        if self.published is not None:
            return self.published.sentences
        if any(outcome.is_taken for outcome in self.outcomes):
            return ("Not released yet: `research-culture run` proposes a release.",)
        if self.outcomes or self.stayed:
            return ("Nothing was taken, so there is no new release.",)
        return ("Nothing new was in the inbox.",)

    def as_rows(self) -> list[dict[str, str]]:
        """One row a submission, for tables and artifacts, without identifiers, file names or cells."""
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
        """The run in a few lines for Prefect's pages, without identifiers, file names or cells."""
        states = Counter(outcome.state for outcome in self.outcomes)
        lines = [f"- {count:,} {state}: {state.sentence}" for state, count in states.items()]
        if rejected := sum(outcome.counts.rejected for outcome in self.outcomes if outcome.is_taken):
            one, many = "row was refused and does not count: see its", "rows were refused and do not count: see their"
            lines.append(f"- Of what was taken, {counted(rejected, one, many)} findings.")
        lines += [f"- {sentence}" for sentence in self.sentences]
        lines += [f"- A file stayed in the inbox: {one.why}." for one in self.stayed]
        released = (f"- {sentence}" for sentence in self.release_sentences)
        return "\n".join(("## Submissions", *(lines or ["- None waited."]), "", "## Release", *released))


def plain_steps(settings: Settings, ledger: Ledger) -> Steps:
    """The steps as plain functions, without Prefect."""
    intake, inspector = Intake(settings, ledger), Worker()

    def land(now: datetime) -> LandedInbox:
        warm_up(settings.inbox)  # while files settle
        return land_inbox(settings, ledger, now)

    def ingest_one(submission_id: str, now: datetime) -> Outcome:
        outcome = ingest(intake, submission_id, now)
        if intake.tombstones and outcome.state is not State.LANDED:
            work = Erasure(settings, ledger, intake.rules, now, ledger.actor, set(intake.tombstones), worker=inspector)
            clean_later_file(work, submission_id)
            if work.tombstones != intake.tombstones:
                intake.renew()
        return outcome

    return Steps(land, ingest_one, partial(curate, settings, ledger), partial(propose, settings, ledger))


def monthly(settings: Settings, ledger: Ledger, steps: Steps, now: datetime) -> Month:
    """Land and ingest what waits. Where that changes what is loaded, curate and propose a release.

    Raises SetupError where the home or a key is missing, or is another, before anything is touched. Raises OSError.
    """
    begin_under_key(settings, ledger, now)
    matcher_of(settings, erasures.tombstones(ledger), "")  # stops where a key is gone that people were erased under
    clean_later_files(settings, ledger, now)  # what a stopped run left
    landed = steps.land(now)
    outcomes, read_again = ingest_pending(settings, ledger, steps, now)
    sentences = (*landed.sentences, *record.missing(settings, ledger), *read_again)
    if not needs_release(settings, ledger):
        told = approve_waiting(settings, ledger, now)
        if not is_analyst_file_current(settings, ledger):
            again, reasons, _ = _curated(settings, ledger, steps, now)
            outcomes, told = (*outcomes, *again), (*told, *reasons, *write_analyst_file(settings, ledger))
        return Month(outcomes, (*sentences, *told), None, landed.stayed)
    released = _released(settings, ledger, steps, now, outcomes, sentences)
    return replace(released, stayed=landed.stayed)


def publish(settings: Settings, ledger: Ledger, steps: Steps, now: datetime) -> Month:
    """Curate what is loaded and propose a release, for a person to approve at once. Raises SetupError, OSError."""
    begin_under_key(settings, ledger, now)
    again, reasons, curated = _curated(settings, ledger, steps, now)
    return Month(again, reasons, steps.publish(curated, now))


def _released(
    settings: Settings,
    ledger: Ledger,
    steps: Steps,
    now: datetime,
    outcomes: tuple[Outcome, ...] = (),
    sentences: tuple[str, ...] = (),
) -> Month:
    """Curate and propose a release. It is approved at once where auto-approval may."""
    again, reasons, curated = _curated(settings, ledger, steps, now)
    published = approve_published(settings, ledger, steps.publish(curated, now), now)
    return Month((*outcomes, *again), (*sentences, *reasons), published)


def _curated(
    settings: Settings, ledger: Ledger, steps: Steps, now: datetime
) -> tuple[tuple[Outcome, ...], tuple[str, ...], Curated]:
    """What `restage` gives, and then the build."""
    return (*restage(settings, ledger, steps, now), steps.curate())


def restage(
    settings: Settings, ledger: Ledger, steps: Steps, now: datetime
) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """Ingest from landing again what is loaded and whose staged rows are gone or changed; with a sentence on each.

    Raises SetupError where the file in landing is not as it was sent either.
    """
    changed = changed_staged(settings, ledger, [s.submission_id for s in staged_submissions(ledger.loaded())])
    if lost := [one for one in changed if not is_landed(settings, ledger, ledger.submission(one))]:
        raise SetupError(
            f"neither the staged rows of submission {lost[0]} nor its file in landing are as they were written; restore"
            f" landing/{lost[0]} from a backup and run again, or `research-culture withdraw {lost[0]}` and have it sent"
            " again"
        )
    sentence = "The staged rows of submission {} were not as they were written: its file in landing was read again."
    return tuple(steps.ingest(one, now) for one in changed), tuple(map(sentence.format, changed))


def ingest_pending(
    settings: Settings, ledger: Ledger, steps: Steps, now: datetime
) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """Ingest all that waits, and again what a corrected `config/` reads otherwise; with sentences on the latter.

    A mapping workbook among what waits makes a layout: then the rest is looked through again.
    """
    outcomes: dict[str, Outcome] = {}
    tried: set[tuple[str, str]] = set()  # what stays as it is, such as a file that cannot be opened, is tried once
    again: dict[str, Outdated] = {}
    while True:
        rules = read_rules(settings)
        again = {**(found := outdated(ledger, rules)), **again}
        # What is loaded comes first: a file that waits may replace it.
        waiting = (*found, *(one.submission_id for one in pending(ledger, rules.read_by())))
        if not (new := [one for one in waiting if (one, rules.version) not in tried]):
            rows = {one: outcomes[one].counts.accepted for one in again}
            return tuple(outcomes.values()), told(again, rows)
        tried |= {(one, rules.version) for one in new}
        outcomes |= {one: steps.ingest(one, now) for one in new}


def needs_release(settings: Settings, ledger: Ledger) -> bool:
    """True where the last proposal and the current release are both out of date, or the proposal's folder is gone.

    Up to date is what was made from the submissions loaded now, as they were read last and before no later erasure or
    word that figures may be restated, under today's rules and code.
    """
    loaded = {s.submission_id for s in ledger.loaded() if s.slot and s.slot.dataset in DATASETS}
    made = release_log.releases(ledger)
    if not made:
        return bool(loaded)
    versions = read_rules(settings).version, code_version()
    return not any(
        (one.rule_version, one.code_version) == versions
        and release_log.submissions_of(ledger, one.release_id) == loaded
        and not erasures.is_since(ledger, one.release_id)
        for one in (made[0], release_log.current(ledger))
        if one is not None and _is_there(settings, one)
    )


def _is_there(settings: Settings, release: ReleaseRecord) -> bool:
    """False for a proposal that cannot be approved, since its folder is gone or changed."""
    folder = settings.proposed / release.release_id
    return release.decision is not Decision.PROPOSED or is_intact(folder, release.manifest_sha256)


def backfill(settings: Settings, ledger: Ledger, steps: Steps, first: str, last: str, now: datetime) -> Month:
    """Ingest what is loaded for the months `first` to `last`, such as 2026-09, again from landing, and propose.

    Of a submission that today's rules refuse or hold, the rows of before count on, and its findings say what to mend.
    So they do where the landed file has changed, which is not read.
    Raises UsageError.
    """
    months = _months(first, last)
    begin_under_key(settings, ledger, now)
    chosen = [s for s in ledger.loaded() if s.slot and s.landed_name and s.slot.period.overlaps(months)]
    changed = [s.submission_id for s in chosen if not is_landed(settings, ledger, s)]
    outcomes = tuple(steps.ingest(s.submission_id, now) for s in chosen if s.submission_id not in changed)
    sentences = (
        f"Submission {one} was not read again, and its rows stay: its file in landing is not as it was sent. Restore"
        f" landing/{one} from a backup."
        for one in changed
    )
    return _released(settings, ledger, steps, now, outcomes, tuple(sentences))


def _months(first: str, last: str) -> Period:
    try:
        months = Period(Period.parse(first).start, Period.parse(last).end)
    except ValueError as problem:
        raise UsageError(f"{problem}; write months like 2026-09") from None
    if months.end < months.start:
        raise UsageError(f"{last} is before {first}; write the earlier month first")
    return months


@contextmanager
def exclusive_ledger(settings: Settings) -> Iterator[Ledger]:
    """The ledger, for one run at a time. What a stopped run left undone of landing and releases is done first.

    Raises SetupError where another run is under way, or there is no home; RunError where the ledger knows less than
    there is.
    """
    with run_lock(settings), Ledger(settings.ledger, actor(), code_version()) as ledger:
        record.require_whole(settings, ledger)
        record.finish_landing(settings, ledger)
        tell(*finish_releases(settings, ledger))
        record.remember(settings, ledger)
        try:
            yield ledger
            renew_pages(settings, ledger, datetime.now(UTC))
        finally:
            with suppress(OSError):  # the next command does it
                record.remember(settings, ledger)


@contextmanager
def run_lock(settings: Settings) -> Iterator[None]:
    """The lock that lets one run in at a time. Raises SetupError as `exclusive_ledger` does."""
    require_home(settings)
    try:
        with lock.hold(settings.home / "run.lock"):
            yield
    except lock.LockedError:
        raise SetupError("another run is under way; wait for it to end, then try again") from None
