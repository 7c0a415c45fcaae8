"""Ingest: a landed submission is recognised, staged and committed, or refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from flows.home.keys import domain_of, read_key, staged_id
from flows.monthly.recognise import Recognised, check_folder, recognise
from flows.settings import Settings, code_version, read_rules
from flows.workbooks import mapping
from flows.workbooks.findings import write_findings
from schemas.findings import Finding, Refusal, Severity, merge
from schemas.rulebook import Rulebook
from schemas.submissions import CONFIG, MAPPING, NATIONAL, Counts, Period, Slot, State
from transforms.prepare import prepare
from transforms.pseudonymise import ErasedMatcher, Pseudonymiser
from transforms.reading.identify import UnknownLayout, identify
from transforms.reading.people import name_without
from transforms.reading.shape import Shape, about, read_shape
from warehouse.ledger.store import IngestResult, Ledger, Submission
from warehouse.staging.load import Staging, check_file

ErasedOf = Callable[[str], ErasedMatcher]  # of a sender; "" where it is not certain


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
class Staged:
    """The rows of a file in staged form, before the commit: their counts, findings, first and last days, and folder."""

    folder: Path
    counts: Counts
    findings: tuple[Finding, ...]
    days: tuple[date, ...]

    def require_rows(self) -> None:
        """Raise Refusal where the file was refused on the way, or no row can be used and not for erased people only."""
        if any(finding.severity is Severity.REJECT_FILE for finding in self.findings):
            raise Refusal
        if not self.counts.accepted and (self.counts.rejected or not self.counts.erased):
            raise Refusal(Finding("F017"))


@dataclass(frozen=True)
class Committed:
    """What became of a file: its state, what the ledger records of it, its sender where it is known, and why it was
    refused."""

    state: State
    result: IngestResult
    sender: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True)
class _Job:
    """One submission to ingest, and what the steps need for it."""

    settings: Settings
    ledger: Ledger
    rules: Rulebook
    submission: Submission
    erased_of: ErasedOf

    @property
    def landed(self) -> Path:
        return self.settings.landing / self.submission.landed_name

    @property
    def nothing_known(self) -> IngestResult:
        return IngestResult(rule_version=self.rules.version, code_version=code_version())


def ingest(settings: Settings, ledger: Ledger, submission_id: str, now: datetime, erased_of: ErasedOf) -> Outcome:
    """Ingest one submission and record what became of it. A refusal is an outcome, never an exception.

    Rows of those whom `erased_of` the sender recognises are left out and counted.
    Raises SetupError without a usable key, KeyError for an unknown id, OSError where the disk fails.
    """
    job = _Job(settings, ledger, read_rules(settings), ledger.submission(submission_id), erased_of)
    committed = _take_mapping(job, now) if mapping.is_mapping(job.landed) else _take_export(job)
    ledger.record(submission_id, committed.state, committed.result, now)
    outcome = _outcome(job, committed)
    _write_workbooks(job, committed, outcome)
    return outcome


def _take_mapping(job: _Job, now: datetime) -> Committed:
    """A filled mapping workbook becomes a layout. The files that wait for it are read again in the same run."""
    try:
        layout = mapping.read_mapping(job.landed, job.rules, job.settings.config)
    except Refusal as refusal:
        return _refused(job.nothing_known, "", refusal)
    slot = Slot(CONFIG, MAPPING, f"{layout.parent.name}/{layout.stem}", Period.month_of(now.date()))
    return Committed(State.LOADED, replace(job.nothing_known, slot=slot), CONFIG)


def _take_export(job: _Job) -> Committed:
    """The three steps. A refusal at any of them is recorded with what the steps before it made known."""
    known, sender, hints = job.nothing_known, "", job.submission.hints
    try:
        check_folder(hints)
        with job.landed.open("rb") as stream, Staging(job.settings.staged, job.submission.submission_id) as staging:
            shape = read_shape(stream, job.submission.sent_name)
            known = replace(known, encoding=shape.encoding)
            layout = identify(shape, job.rules, dataset=hints.dataset, layout=hints.layout)
            known = replace(known, layout=f"{layout.dataset}/{layout.name}")
            recognised = recognise(about(shape), layout, hints, job.rules)
            sender = recognised.sender
            staged = _stage(job, recognised, shape, stream, staging)
            known = replace(known, counts=staged.counts, findings=staged.findings)
            staged.require_rows()
            slot = recognised.slot(staged.days)
            checked = _check_whole(job, recognised, staged, slot)
            known = replace(known, slot=slot, counts=checked.counts, findings=checked.findings)
            checked.require_rows()
            return _commit(job, recognised, slot, known, staging)
    except Refusal as refusal:
        return _refused(known, sender, refusal)


def _stage(job: _Job, recognised: Recognised, shape: Shape, stream: BinaryIO, staging: Staging) -> Staged:
    """Write the rows in staged form. Where reading on shows that the file is refused, the findings say so."""
    key, key_id = read_key(job.settings)
    domain, erased = domain_of(job.settings, recognised.sender), job.erased_of(recognised.sender)
    pseudonymiser = Pseudonymiser(key, staged_id(job.settings, key_id), domain)
    counts, findings, days = Counts(), list[Finding](), list[date]()
    submission_id = job.submission.submission_id
    try:
        for part in prepare(stream, shape, recognised.layout, job.rules, pseudonymiser, submission_id, erased):
            staging.write(part.tables)
            counts += part.counts
            findings += part.findings
            days += part.days or ()
    except Refusal as refusal:
        findings += refusal.findings
    staging.close()
    return Staged(staging.folder, counts, merge(findings), tuple(days))


def _check_whole(job: _Job, recognised: Recognised, staged: Staged, slot: Slot) -> Staged:
    """The staged rows after the rules that need all of them."""
    loaded = ((s.submission_id, s.slot) for s in job.ledger.loaded())
    others = [job.settings.staged / one for one, other in loaded if other and _is_beside(other, slot)]
    found, rejected = check_file(staged.folder, recognised.layout, job.rules, others)
    before = staged.counts
    counts = replace(before, accepted=before.accepted - rejected, rejected=before.rejected + rejected)
    return replace(staged, counts=counts, findings=merge([*staged.findings, *found]))


def _is_beside(other: Slot, slot: Slot) -> bool:
    """True for another source of the same organisation, dataset and period."""
    return other != slot and replace(other, source=slot.source) == slot


def _commit(job: _Job, recognised: Recognised, slot: Slot, known: IngestResult, staging: Staging) -> Committed:
    """Load the rows, or hold them where too many are lost. Raises Refusal F016 where periods overlap."""
    if recognised.layout.contract.period_type in ("interval", "wave"):
        _refuse_overlap(job.ledger, slot)
    if held := _held_for_loss(job, slot, known.counts.accepted):
        return Committed(State.HELD, replace(known, findings=merge([*known.findings, held])), slot.sender)
    return Committed(State.LOADED, replace(known, staged=staging.settle()), slot.sender)


def _held_for_loss(job: _Job, slot: Slot, accepted: int) -> Finding | None:
    """The finding that holds a correction which loses too many rows, unless a person has confirmed it."""
    former, submission = job.ledger.loaded_in(slot), job.submission
    if former is None or former.submission_id == submission.submission_id or submission.hints.is_confirmed:
        return None
    if 100 * accepted / max(former.counts.accepted, 1) >= 100 - job.settings.loss_pct:
        return None
    counted = {"rows": f"{accepted:,}", "former": f"{former.counts.accepted:,}"}
    return Finding("H001", details={**counted, "submission": submission.submission_id})


def _refuse_overlap(ledger: Ledger, slot: Slot) -> None:
    for there in (submission.slot for submission in ledger.loaded()):
        if there is None or there == slot or replace(there, period=slot.period) != slot:
            continue
        if there.period.overlaps(slot.period):
            raise Refusal(Finding("F016", details={"period": slot.period.label, "other": there.period.label}))


def _refused(known: IngestResult, sender: str, refusal: Refusal) -> Committed:
    counts = replace(known.counts, accepted=0, rejected=known.counts.rejected + known.counts.accepted)
    findings = merge([*known.findings, *refusal.findings])
    return Committed(State.REJECTED, replace(known, counts=counts, findings=findings), sender, refusal)


def _outcome(job: _Job, committed: Committed) -> Outcome:
    result, submission = committed.result, job.submission
    severe = [f for f in result.findings if f.severity in (Severity.REJECT_FILE, Severity.HOLD)]
    sender = committed.sender or submission.hints.organisation
    folder = sender if sender in job.rules.organisations or sender == NATIONAL else "unknown"
    return Outcome(
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


def _write_workbooks(job: _Job, committed: Committed, outcome: Outcome) -> None:
    """Write the findings to send back, and for an unknown layout the mapping workbook to fill in."""
    if not committed.result.findings:
        return
    path = job.settings.home / outcome.workbook
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(committed.refusal, UnknownLayout):
        dataset = job.submission.hints.dataset or None
        mapping.write_mapping(committed.refusal, dataset, job.rules, path.with_name("mapping.xlsx"))
    is_erased_person = job.erased_of(committed.sender).is_erased_person
    summary = _summary(outcome, name_without(job.submission.sent_name, is_erased_person))
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
