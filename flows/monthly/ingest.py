"""Ingest: a landed submission is recognised, staged and committed, or refused."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.erased.tombstones import matcher_of
from flows.home.intact import is_landed
from flows.judging.judged import Judged, require_rows
from flows.monthly.intake import Intake
from flows.workbooks import mapping
from flows.workbooks.findings import write_findings
from flows.worker import Unreadable
from schemas.findings import Finding, Refusal, Severity, merge
from schemas.layouts import Layout
from schemas.submissions import CONFIG, MAPPING, NATIONAL, Counts, Period, Slot, State
from transforms.reading.identify import UnknownLayout
from transforms.reading.people import name_without
from warehouse.ledger.lock import Fault, fault_of
from warehouse.ledger.store import IngestResult, Submission
from warehouse.staging.load import Staging, check_file


@dataclass(frozen=True)
class Outcome:
    """What became of one submission. It holds no file name, path or cell."""

    submission_id: str
    state: State
    organisation_code: str = ""
    dataset: str = ""
    source: str = ""
    period: str = ""
    counts: Counts = field(default_factory=Counts)
    sentences: tuple[str, ...] = ()
    finding_count: int = 0
    workbook: str = ""  # where the findings to send back lie, below the home folder

    @property
    def is_taken(self) -> bool:
        """True where its rows count."""
        return self.state is State.LOADED


@dataclass(frozen=True)
class _Job:
    """A submission whose rows are staged, and what the steps after that need."""

    intake: Intake
    submission: Submission
    staging: Staging
    layout: Layout
    slot: Slot


@dataclass(frozen=True)
class Committed:
    """What became of a file: its state, what the ledger records of it, its sender where it is known, and why it was
    refused."""

    state: State
    result: IngestResult
    sender: str = ""
    refusal: Refusal | None = None


def ingest(intake: Intake, submission_id: str, now: datetime) -> Outcome:
    """Ingest one submission and record what became of it. A refusal is an outcome, never an exception.

    Whatever goes wrong with its file is its own: it is refused. Where its landed file cannot be opened, or is not what
    was landed before this run, it is not read.
    Raises SetupError without a usable key, KeyError for an unknown id, OSError where the disk fails.
    """
    submission = intake.ledger.submission(submission_id)
    is_new = submission.landed_at == now
    if not is_new and intake.landed(submission).is_file() and not is_landed(intake.settings, intake.ledger, submission):
        return _stays(submission, "is not as it was sent")
    try:
        judged = intake.judge(submission)
    except OSError as problem:
        if problem.filename == str(intake.landed(submission)) and submission.state is State.LANDED:
            return _stays(submission, f"cannot be opened ({problem.strerror})")
        raise
    committed = _take_mapping(judged, now) if judged.made_layout else _take_export(intake, submission, judged)
    try:
        outcome = _outcome(intake, submission, committed)
    except Exception as problem:
        committed = _refused(committed.result, committed.sender, _fault_of_file(problem))
        outcome = _outcome(intake, submission, committed)
    intake.ledger.record(submission_id, committed.state, intake.with_versions(committed.result), now)
    if judged.made_layout:
        intake.renew()
    return outcome


def _stays(submission: Submission, why: str) -> Outcome:
    """The outcome of a submission whose landed file the machine does not give: nothing is recorded."""
    one = submission.submission_id
    sentence = (
        f"Its copy landing/{one} {why}. It stays landed: put the copy back and run"
        f" again, or take it out with `research-culture withdraw {one}`."
    )
    return Outcome(one, State.LANDED, submission.organisation_code, sentences=(sentence,))


def _take_mapping(judged: Judged, now: datetime) -> Committed:
    """A filled mapping workbook becomes a layout. The files that wait for it are read again in the same run."""
    assert judged.made_layout is not None
    name = f"{judged.made_layout.parent.name}/{judged.made_layout.stem}"
    slot = Slot(CONFIG, MAPPING, name, Period.month_of(now.date()))
    return Committed(State.LOADED, replace(judged.known, slot=slot), CONFIG)


def _take_export(intake: Intake, submission: Submission, judged: Judged) -> Committed:
    """Check the staged rows as a whole, and commit. A refusal keeps what the steps before it made known."""
    known, staging = judged.known, intake.staging(submission)
    try:
        if judged.refusal:
            raise judged.refusal
        assert judged.layout is not None and known.slot is not None  # what is not refused has both
        job = _Job(intake, submission, staging, judged.layout, known.slot)
        known = _check_whole(job, known)
        require_rows(known)
        return _commit(job, known)
    except Refusal as refusal:
        return _refused(known, judged.sender, refusal)
    except Exception as problem:
        fault = _fault_of_file(problem)
        intake.renew()  # what failed may not be as it was
        return _refused(known, judged.sender, fault)
    finally:
        staging.discard()


def _fault_of_file(problem: Exception) -> Refusal:
    """The refusal of a file that a step fails on. Raises the problem again where it is the machine's."""
    if fault_of(problem) not in (None, Fault.MEMORY):
        raise problem
    return Unreadable.of(problem)


def _check_whole(job: _Job, known: IngestResult) -> IngestResult:
    """What is known after the rules that need all of the staged rows."""
    others = [
        job.intake.settings.staged / one.submission_id
        for one in job.intake.ledger.loaded_near(job.slot)
        if one.slot and one.slot != job.slot and replace(one.slot, source=job.slot.source) == job.slot
    ]
    found, rejected = check_file(job.intake.checks, job.staging.folder, job.layout, others)
    counts = replace(known.counts, accepted=known.counts.accepted - rejected, rejected=known.counts.rejected + rejected)
    return replace(known, counts=counts, findings=merge([*known.findings, *found]))


def _commit(job: _Job, known: IngestResult) -> Committed:
    """Load the rows, or hold them where too many are lost. Raises Refusal F016 where periods overlap."""
    if job.layout.contract.period_type in ("interval", "wave"):
        _refuse_overlap(job)
    if held := _held_for_loss(job, known.counts.accepted):
        return Committed(State.HELD, replace(known, findings=merge([*known.findings, held])), job.slot.sender)
    return Committed(State.LOADED, replace(known, staged=job.staging.settle()), job.slot.sender)


def _held_for_loss(job: _Job, accepted: int) -> Finding | None:
    """The finding that holds a correction which loses too many rows, unless a person has confirmed it."""
    former, submission = job.intake.ledger.loaded_in(job.slot), job.submission
    if former is None or former.submission_id == submission.submission_id or submission.hints.is_confirmed:
        return None
    if 100 * accepted / max(former.counts.accepted, 1) >= 100 - job.intake.settings.loss_pct:
        return None
    counted = {"rows": f"{accepted:,}", "former": f"{former.counts.accepted:,}"}
    return Finding("H001", details={**counted, "submission": submission.submission_id})


def _refuse_overlap(job: _Job) -> None:
    for there in (one.slot for one in job.intake.ledger.loaded_near(job.slot)):
        if there and there != job.slot and replace(there, period=job.slot.period) == job.slot:
            raise Refusal(Finding("F016", details={"period": job.slot.period.label, "other": there.period.label}))


def _refused(known: IngestResult, sender: str, refusal: Refusal) -> Committed:
    counts = replace(known.counts, accepted=0, rejected=known.counts.rejected + known.counts.accepted)
    findings = merge([*known.findings, *refusal.findings])
    return Committed(State.REJECTED, replace(known, counts=counts, findings=findings), sender, refusal)


def _outcome(intake: Intake, submission: Submission, committed: Committed) -> Outcome:
    """What became of the submission, once its workbooks are written."""
    result = committed.result
    severe = [f for f in result.findings if f.severity in (Severity.REJECT_FILE, Severity.HOLD)]
    sender = committed.sender or submission.hints.organisation
    folder = sender if sender in intake.rules.organisations or sender == NATIONAL else "unknown"
    outcome = Outcome(
        submission_id=submission.submission_id,
        state=committed.state,
        organisation_code=sender,
        dataset=result.slot.dataset if result.slot else result.layout.partition("/")[0],
        source=result.slot.source if result.slot else "",
        period=result.slot.period.label if result.slot else "",
        counts=result.counts,
        sentences=tuple(f.sentence for f in (severe or result.findings)),
        finding_count=len(result.findings),
        workbook=f"findings/{folder}/{submission.submission_id}/findings.xlsx",
    )
    _write_workbooks(intake, submission, committed, outcome)
    return outcome


def _write_workbooks(intake: Intake, submission: Submission, committed: Committed, outcome: Outcome) -> None:
    """Write the findings to send back, and for an unknown layout the mapping workbook to fill in."""
    if not committed.result.findings:
        return
    path = intake.settings.home / outcome.workbook
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(committed.refusal, UnknownLayout):
        dataset = submission.hints.dataset or None
        mapping.write_mapping(committed.refusal, dataset, intake.rules, path.with_name("mapping.xlsx"))
    erased = matcher_of(intake.settings, intake.tombstones, committed.sender)
    summary = _summary(outcome, name_without(submission.sent_name, erased.is_erased_person))
    write_findings(path, summary, committed.result.findings)


def _summary(outcome: Outcome, sent_name: str) -> dict[str, str]:
    counts = outcome.counts
    return {
        "Submission": outcome.submission_id,
        "File": sent_name,
        "Organisation": outcome.organisation_code,
        "Dataset": outcome.dataset,
        "Period": outcome.period,
        "What became of it": f"{outcome.state}: {outcome.state.sentence}",
        "Rows in the file": f"{counts.rows_in:,}",
        "Rows taken": f"{counts.accepted:,}",
        "Rows refused": f"{counts.rejected:,}",
        "Totals and blank lines": f"{counts.noise:,}",
        **({"Rows of people who were erased": f"{counts.erased:,}"} if counts.erased else {}),
    }
