"""Ingest: a landed submission is recognised, staged and committed, or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from flows.erased.tombstones import matcher_of
from flows.home.intact import changed_staged, is_landed
from flows.judging.judged import Judged, require_rows
from flows.judging.slots import held_for_loss, refuse_overlap, refuse_replacing
from flows.mapping.ask import write_mapping
from flows.monthly.intake import Intake
from flows.pages.words import dataset_title
from flows.workbooks.findings import write_findings
from flows.worker import Unreadable
from schemas.findings import NEW_HEADINGS, Finding, Refusal, Severity, merge
from schemas.submissions import CONFIG, MAPPING, NATIONAL, Counts, Period, Slot, State
from schemas.tables import STAGED
from transforms.reading.identify import MAPPING as MAPPING_FILE
from transforms.reading.identify import UnknownLayout
from transforms.reading.people import name_without
from warehouse.ledger import read_again
from warehouse.ledger.lock import Fault, fault_of
from warehouse.ledger.store import IngestResult, Submission
from warehouse.staging.load import Staging, check_file

KEPT = "W036"  # the finding of what is loaded, was read again and stays as it was


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
    workbook: str = ""  # below the home folder: the findings to send back or, of new headings, the mapping to fill in
    has_new_headings: bool = False
    is_kept: bool = False  # read again and refused or held: the rows of its former reading count on

    @property
    def is_taken(self) -> bool:
        """True where its rows count, as they were read now."""
        return self.state is State.LOADED and not self.is_kept


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
    state, judged = _take_mapping(judged, now) if judged.made_layout else _take_export(intake, submission, judged)
    try:
        outcome = _outcome(intake, submission, state, judged)
    except Exception as problem:
        state, judged = _keep_former(intake, submission, *_refused(judged, _fault_of_file(problem)))
        outcome = _outcome(intake, submission, state, judged)
    is_refused = outcome.is_kept or state is State.REJECTED  # any change of config/ may mend it
    read_by = intake.rules.read_by("" if is_refused else judged.known.layout)
    version, code = intake.rules.version, intake.ledger.code_version
    result = replace(judged.known, read_by=read_by, rule_version=version, code_version=code)
    if outcome.is_kept:
        read_again.keep(intake.ledger, submission_id, result, now)
    else:
        intake.ledger.record(submission_id, state, result, now)
    if judged.made_layout:
        intake.renew()
    return outcome


def _stays(submission: Submission, why: str) -> Outcome:
    """The outcome of a submission whose landed file the machine does not give: nothing is recorded."""
    one, state = submission.submission_id, submission.state
    sentence = (
        f"Its copy landing/{one} {why}. It stays {state}: put the copy back and run"
        f" again, or take it out with `research-culture withdraw {one}`."
    )
    return Outcome(one, state, submission.organisation_code, sentences=(sentence,), is_kept=state is State.LOADED)


def _take_mapping(judged: Judged, now: datetime) -> tuple[State, Judged]:
    """A filled mapping workbook becomes a layout. The files that wait for it are read again in the same run."""
    assert judged.made_layout is not None
    name = f"{judged.made_layout.parent.name}/{judged.made_layout.stem}"
    slot = Slot(CONFIG, MAPPING, name, Period.month_of(now.date()))
    return State.LOADED, replace(judged, sender=CONFIG, known=replace(judged.known, slot=slot))


def _take_export(intake: Intake, submission: Submission, judged: Judged) -> tuple[State, Judged]:
    """Check the staged rows as a whole, and commit. A refusal keeps what the steps before it made known."""
    staging = intake.staging(submission)
    try:
        if judged.refusal:
            raise judged.refusal
        judged = replace(judged, known=_check_whole(intake, submission, staging, judged))
        require_rows(judged.known)
        state, judged = _commit(intake, submission, staging, judged)
    except Refusal as refusal:
        state, judged = _refused(judged, refusal)
    except Exception as problem:
        fault = _fault_of_file(problem)
        intake.renew()  # what failed may not be as it was
        state, judged = _refused(judged, fault)
    finally:
        staging.discard()
    return _keep_former(intake, submission, state, judged)


def _keep_former(intake: Intake, submission: Submission, state: State, judged: Judged) -> tuple[State, Judged]:
    """What is loaded stays so, with its rows of before and a finding, where it cannot be used as it is read now."""
    one = submission.submission_id
    if submission.state is not State.LOADED or state is State.LOADED:
        return state, judged
    if changed_staged(intake.settings, intake.ledger, [one]):
        return state, judged
    details = {"state": state.value, "rows": f"{submission.counts.accepted:,}", "submission": one}
    findings = (Finding(KEPT, details=details), *judged.known.findings)
    known = replace(judged.known, slot=submission.slot, counts=submission.counts, findings=findings)
    return State.LOADED, replace(judged, known=known)


def _fault_of_file(problem: Exception) -> Refusal:
    """The refusal of a file that a step fails on. Raises the problem again where it is the machine's."""
    if fault_of(problem) not in (None, Fault.MEMORY):
        raise problem
    return Unreadable.of(problem)


def _check_whole(intake: Intake, submission: Submission, staging: Staging, judged: Judged) -> IngestResult:
    """What is known after the rules that need all of the staged rows."""
    known, slot = judged.known, judged.known.slot
    assert judged.layout is not None and slot is not None  # what is not refused has both
    others = [
        intake.settings.staged / one.submission_id
        for one in intake.ledger.loaded_near(slot)
        if one.slot and one.slot != slot and replace(one.slot, source=slot.source) == slot
        if one.submission_id != submission.submission_id
    ]
    staff = _staff_files(intake, slot) if "employee_number" in judged.layout.contract.names else []
    when = slot.period, submission.landed_at.date()
    found, rejected = check_file(intake.checks, staging.folder, judged.layout, others, staff, when)
    return _rejecting(known, rejected, found)


def _staff_files(intake: Intake, slot: Slot) -> list[Path]:
    """The staged files that name employees of the slot's sender: the latest of a year of each dataset and source."""
    year = Period(slot.period.start - timedelta(days=365), slot.period.end)
    latest: dict[tuple[str, str], Submission] = {}
    for dataset in (name for name, contract in STAGED.items() if "employee_key" in contract.names):
        for one in intake.ledger.loaded_near(replace(slot, dataset=dataset, period=year)):
            if one.slot and one.slot != slot:
                before = latest.setdefault((dataset, one.slot.source), one)
                latest[dataset, one.slot.source] = max(before, one, key=_end_of)
    return [intake.settings.staged / one.submission_id / f"{name}.parquet" for (name, _), one in latest.items()]


def _end_of(submission: Submission) -> date:
    return submission.slot.period.end if submission.slot else date.min


def _rejecting(known: IngestResult, rows: int, findings: Iterable[Finding]) -> IngestResult:
    """What is known once that many of the rows taken so far are rejected, with the findings."""
    counts = known.counts + Counts(accepted=-rows, rejected=rows)
    return replace(known, counts=counts, findings=merge([*known.findings, *findings]))


def _commit(intake: Intake, submission: Submission, staging: Staging, judged: Judged) -> tuple[State, Judged]:
    """Load the rows, or hold them where too many are lost or a column of theirs waits for a person's word.

    Raises Refusal F016 where periods overlap, F040 where a file that is read again would replace another.
    """
    known, slot = judged.known, judged.known.slot
    assert judged.layout is not None and slot is not None
    refuse_replacing(intake.ledger, submission, slot)
    if judged.layout.contract.period_type in ("interval", "wave"):
        refuse_overlap(intake.ledger, submission, slot)
    loss_pct = intake.settings.loss_pct
    if held := held_for_loss(intake.ledger, submission, slot, known.counts.accepted, loss_pct):
        known = _rejecting(known, 0, [held])
    if any(finding.severity is Severity.HOLD for finding in known.findings):
        return State.HELD, replace(judged, known=known)
    return State.LOADED, replace(judged, known=replace(known, staged=staging.settle()))


def _refused(judged: Judged, refusal: Refusal) -> tuple[State, Judged]:
    found = refusal.findings
    if isinstance(refusal, UnknownLayout) and refusal.near:
        found = (*found, Finding("F035", details={"mapping": MAPPING_FILE}))
    known = _rejecting(judged.known, judged.known.counts.accepted, found)
    known = replace(known, findings=tuple(f for f in known.findings if f.severity is not Severity.HOLD))
    return State.REJECTED, replace(judged, known=known, refusal=refusal)


def _outcome(intake: Intake, submission: Submission, state: State, judged: Judged) -> Outcome:
    """What became of the submission, once its workbooks are written."""
    result = judged.known
    told = _decisive(result.findings)
    is_new = isinstance(judged.refusal, UnknownLayout) and any(one.code == NEW_HEADINGS for one in result.findings)
    sender = judged.sender or submission.hints.organisation
    folder = sender if sender in intake.rules.organisations or sender == NATIONAL else "unknown"
    outcome = Outcome(
        submission_id=submission.submission_id,
        state=state,
        organisation_code=sender,
        dataset=result.slot.dataset if result.slot else result.layout.partition("/")[0],
        source=result.slot.source if result.slot else "",
        period=result.slot.period.label if result.slot else "",
        counts=result.counts,
        sentences=tuple(f.sentence for f in told),
        finding_count=len(result.findings),
        workbook=f"findings/{folder}/{submission.submission_id}/{MAPPING_FILE if is_new else 'findings.xlsx'}",
        has_new_headings=is_new,
        is_kept=any(finding.code == KEPT for finding in result.findings),
    )
    _write_workbooks(intake, submission, judged, outcome)
    return outcome


def _decisive(findings: Sequence[Finding]) -> Sequence[Finding]:
    """What decided of the file, where something did; where that is a column or every row, all else is said after it."""
    severe = [one for one in findings if one.severity in (Severity.REJECT_FILE, Severity.HOLD) or one.code == KEPT]
    is_alone = severe and all(one.severity is not Severity.HOLD and one.code != "F017" for one in severe)
    return severe if is_alone else sorted(findings, key=lambda one: one not in severe)


def _write_workbooks(intake: Intake, submission: Submission, judged: Judged, outcome: Outcome) -> None:
    """Write the findings to send back, and for an unknown layout the mapping workbook to fill in.

    Findings of before, which hold no longer, go.
    """
    path = (intake.settings.home / outcome.workbook).with_name("findings.xlsx")
    if not judged.known.findings:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(judged.refusal, UnknownLayout):
        dataset = submission.hints.dataset or None
        write_mapping(judged.refusal, dataset, intake.rules, path.with_name(MAPPING_FILE))
    erased = matcher_of(intake.settings, intake.tombstones, judged.sender)
    summary = _summary(intake, outcome, name_without(submission.sent_name, erased.is_erased_person))
    write_findings(path, summary, judged.known.findings)


def _summary(intake: Intake, outcome: Outcome, sent_name: str) -> dict[str, str]:
    counts, code = outcome.counts, outcome.organisation_code
    declared = intake.rules.organisations.get(code)
    return {
        "Submission": outcome.submission_id,
        "File": sent_name,
        "Organisation": f"{declared.organisation_name} ({code})" if declared else code,
        "Dataset": dataset_title(outcome.dataset),
        "Period": Period.parse(outcome.period).in_words if outcome.period else "",
        "What became of it": f"{outcome.state}: {outcome.state.sentence}",
        "Rows in the file": f"{counts.rows:,}" if counts.rows_in or outcome.dataset else "not read",
        "Rows taken": f"{counts.accepted:,}",
        "Rows refused": f"{counts.rejected:,}",
        "Beside them, totals, blank lines and the template's example": f"{counts.noise:,}",
        **({"Rows of people who were erased": f"{counts.erased:,}"} if counts.erased else {}),
    }
