"""Ingest: one landed submission is judged: parsed, checked, pseudonymised, staged and recorded, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from flows.home.keys import domain_of, read_key, staged_id
from flows.settings import Settings, code_version, read_rules
from flows.workbooks import mapping
from flows.workbooks.findings import write_findings
from schemas.findings import Finding, Refusal, Severity, merge
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import CONFIG, MAPPING, NATIONAL, Counts, Period, Slot, State
from schemas.tables.sent import DATASETS
from transforms.prepare import prepare
from transforms.pseudonymise import ErasedMatcher, Pseudonymiser
from transforms.reading.parse import Shape, UnknownLayout, about, identify, read_shape
from transforms.reading.people import name_without
from warehouse.ledger.store import IngestResult, Ledger, SenderHints, Submission
from warehouse.staging.load import Staging, check_file

LONGEST_CODE = 8  # a longer text in place of an organisation's code may be anything, and is not repeated
ErasedOf = Callable[[str], ErasedMatcher]  # of a sender; "" where it is not certain


@dataclass(frozen=True)
class Outcome:
    """What became of one submission; it holds no file name, path or cell."""

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


@dataclass
class _Case:
    """A file on its way through judgement: what is known of it so far, also when it is refused half-way."""

    submission: Submission
    rules: Rulebook
    erased_of: ErasedOf
    sender: str = ""
    layout: Layout | None = None
    encoding: str = ""
    slot: Slot | None = None
    counts: Counts = field(default_factory=Counts)
    findings: tuple[Finding, ...] = ()
    days: list[date] = field(default_factory=list)

    def judgement(self) -> IngestResult:
        layout = f"{self.layout.dataset}/{self.layout.name}" if self.layout else ""
        return IngestResult(
            self.slot, layout, self.encoding, self.counts, self.findings, self.rules.version, code_version()
        )


def ingest(settings: Settings, ledger: Ledger, submission_id: str, now: datetime, erased_of: ErasedOf) -> Outcome:
    """Judge one submission and record what became of it. A refusal is an outcome, never an exception.

    Rows of those whom `erased_of` the sender recognises are left out and counted.
    Raises SetupError without a usable key, KeyError for an unknown id, OSError where the disk fails.
    """
    case = _Case(ledger.submission(submission_id), read_rules(settings), erased_of)
    try:
        state = _judge(settings, ledger, case, now)
    except Refusal as refusal:
        state = State.REJECTED
        case.findings = merge([*case.findings, *refusal.findings])
        case.counts = replace(case.counts, accepted=0, rejected=case.counts.rejected + case.counts.accepted)
        ledger.record(submission_id, state, case.judgement(), now)
        _offer_mapping(settings, case, refusal)
    outcome = _outcome(case, state)
    _write_findings(settings, case, outcome)
    return outcome


def _judge(settings: Settings, ledger: Ledger, case: _Case, now: datetime) -> State:
    landed = settings.landing / case.submission.landed_name
    if mapping.is_mapping(landed):
        return _take_mapping(settings, ledger, case, landed, now)
    key, key_id = read_key(settings)
    said = case.submission.hints
    _check_folder(said)
    with landed.open("rb") as stream, Staging(settings.staged, case.submission.submission_id) as staging:
        shape = read_shape(stream, case.submission.sent_name)
        case.encoding = shape.encoding
        case.layout = identify(shape, case.rules, dataset=said.dataset, layout=said.layout)
        inside = about(shape)
        case.sender = _sender(said, inside, case.layout, case.rules)
        pseudonymiser = Pseudonymiser(key, staged_id(settings, key_id), domain_of(settings, case.sender))
        _stage(case, stream, shape, pseudonymiser, staging)
        period = _period(case, said, inside)
        case.slot = Slot(case.sender, case.layout.dataset, said.source or case.layout.source_name, period)
        _judge_whole(settings, ledger, case, staging)
        return _commit(settings, ledger, case, staging, now)


def _take_mapping(settings: Settings, ledger: Ledger, case: _Case, landed: Path, now: datetime) -> State:
    """A filled mapping workbook becomes a layout; what waits for it is judged again in the same run."""
    layout = mapping.read_mapping(landed, case.rules, settings.config)
    case.slot = Slot(CONFIG, MAPPING, f"{layout.parent.name}/{layout.stem}", Period.month_of(now.date()))
    ledger.record(case.submission.submission_id, State.LOADED, case.judgement(), now)
    return State.LOADED


def _check_folder(said: SenderHints) -> None:
    """Refuse a folder that is nearly a dataset's name, or made of digits: a slip there would count a file twice."""
    close = get_close_matches(said.source, DATASETS, n=1, cutoff=0.8)
    if close or re.fullmatch(r"[\d/._-]+", said.source):
        hint = f' (did you mean "{close[0]}"?)' if close else " (write a month like 2026-09)"
        raise Refusal(Finding("F026", details={"folder": said.source, "hint": hint}))


def _sender(said: SenderHints, inside: Mapping[str, str], layout: Layout, rules: Rulebook) -> str:
    """Who sent it, by folder, flag or the template's own sheet. Raises Refusal where that is not certain."""
    if layout.contract.is_national:
        return NATIONAL
    written = inside.get("organisation_code", "")
    if said.organisation and written and said.organisation != written:
        other = written if written in rules.organisations else "one that is not declared"
        raise Refusal(Finding("F024", details={"inside": other, "outside": said.organisation}))
    sender = said.organisation or written
    if not sender:
        raise Refusal(Finding("F013", details={"why": "neither its folder nor the file says"}))
    if sender not in rules.organisations:
        shown = f' "{sender}"' if sender.isalnum() and len(sender) <= LONGEST_CODE else " named there"
        raise Refusal(Finding("F021", details={"organisation": shown}))
    return sender


def _stage(case: _Case, stream: BinaryIO, shape: Shape, pseudonymiser: Pseudonymiser, staging: Staging) -> None:
    assert case.layout is not None
    findings: list[Finding] = []
    try:
        erased = case.erased_of(case.sender)
        submission_id = case.submission.submission_id
        for part in prepare(stream, shape, case.layout, case.rules, pseudonymiser, submission_id, erased):
            staging.write(part.tables)
            findings += part.findings
            case.counts += part.counts
            case.days += part.days or ()
    finally:
        case.findings = merge(findings)
    _refuse_nothing(case)
    staging.close()


def _refuse_nothing(case: _Case) -> None:
    """Refuse a file without a usable row, unless erased people alone stood in it."""
    if not case.counts.accepted and (case.counts.rejected or not case.counts.erased):
        raise Refusal(Finding("F017"))


def _period(case: _Case, said: SenderHints, inside: Mapping[str, str]) -> Period:
    """What the file is for: a flag or folder, else the template's sheet, else its own dates where they agree."""
    assert case.layout is not None
    example = "2021-2023" if case.layout.contract.period_unit == "years" else "2026-09"
    label = said.period or inside.get("period", "")
    if said.period and inside.get("period") and said.period != inside["period"]:
        why = f"the folder says {said.period}, the file another"
        raise Refusal(Finding("F014", details={"why": why, "example": example}))
    if label:
        try:
            return Period.parse(label)
        except ValueError:
            why = "what is written for it cannot be read as one"
            raise Refusal(Finding("F014", details={"why": why, "example": example})) from None
    try:
        return _period_of_days(case.layout, case.days)
    except ValueError as problem:
        raise Refusal(Finding("F014", details={"why": str(problem), "example": example})) from None


def _period_of_days(layout: Layout, days: Sequence[date]) -> Period:
    if not days:
        raise ValueError("neither its folder nor its content says")
    first, last = min(days), max(days)
    if layout.contract.period_unit == "years":
        return Period(date(first.year, 1, 1), date(last.year, 12, 31))
    if Period.month_of(first) != Period.month_of(last):
        raise ValueError(f"its dates run from {first:%B %Y} to {last:%B %Y}")
    return Period.month_of(first)


def _judge_whole(settings: Settings, ledger: Ledger, case: _Case, staging: Staging) -> None:
    assert case.layout is not None and case.slot is not None
    others = [settings.staged / s.submission_id for s in ledger.loaded() if s.slot and _is_beside(s.slot, case.slot)]
    found, rejected = check_file(staging.folder, case.layout, case.rules, others)
    case.findings = merge([*case.findings, *found])
    case.counts = replace(
        case.counts, accepted=case.counts.accepted - rejected, rejected=case.counts.rejected + rejected
    )
    _refuse_nothing(case)


def _is_beside(other: Slot, slot: Slot) -> bool:
    """True for another source of the same organisation, dataset and period."""
    return other != slot and replace(other, source=slot.source) == slot


def _commit(settings: Settings, ledger: Ledger, case: _Case, staging: Staging, now: datetime) -> State:
    """Load the submission, or hold it where it loses too many rows. Raises Refusal where periods overlap."""
    assert case.slot is not None and case.layout is not None
    slot, submission_id = case.slot, case.submission.submission_id
    if case.layout.contract.period_type in ("interval", "wave"):
        _refuse_overlap(ledger, slot)
    former = ledger.loaded_in(slot)
    if former and former.submission_id != submission_id and not case.submission.hints.is_confirmed:
        kept_pct = 100 * case.counts.accepted / max(former.counts.accepted, 1)
        if kept_pct < 100 - settings.loss_pct:
            rows, before = f"{case.counts.accepted:,}", f"{former.counts.accepted:,}"
            held = Finding("H001", details={"rows": rows, "former": before, "submission": submission_id})
            case.findings = merge([*case.findings, held])
            ledger.record(submission_id, State.HELD, case.judgement(), now)
            return State.HELD
    staging.settle()
    ledger.record(submission_id, State.LOADED, case.judgement(), now)
    return State.LOADED


def _refuse_overlap(ledger: Ledger, slot: Slot) -> None:
    for other in ledger.loaded():
        there = other.slot
        is_same_series = there is not None and replace(there, period=slot.period) == slot
        if there and is_same_series and there != slot and there.period.overlaps(slot.period):
            details = {"period": slot.period.label, "other": there.period.label}
            raise Refusal(Finding("F016", details=details))


def _offer_mapping(settings: Settings, case: _Case, refusal: Refusal) -> None:
    if isinstance(refusal, UnknownLayout):
        path = _findings_folder(settings, case) / "mapping.xlsx"
        mapping.write_mapping(refusal, case.submission.hints.dataset or None, case.rules, path)


def _findings_folder(settings: Settings, case: _Case) -> Path:
    folder = settings.findings / _place(case)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _place(case: _Case) -> str:
    sender = case.sender or case.submission.hints.organisation
    known = sender if sender in case.rules.organisations or sender == NATIONAL else "unknown"
    return f"{known}/{case.submission.submission_id}"


def _outcome(case: _Case, state: State) -> Outcome:
    severe = [f for f in case.findings if f.severity in (Severity.REJECT_FILE, Severity.HOLD)]
    slot = case.slot
    return Outcome(
        submission_id=case.submission.submission_id,
        state=state,
        organisation_code=slot.sender if slot else case.sender or case.submission.hints.organisation,
        dataset=slot.dataset if slot else (case.layout.dataset if case.layout else ""),
        source=slot.source if slot else "",
        period=slot.period.label if slot else "",
        counts=case.counts,
        sentences=tuple(f.sentence for f in (severe or case.findings)),
        finding_count=len(case.findings),
        workbook=f"findings/{_place(case)}/findings.xlsx",
    )


def _write_findings(settings: Settings, case: _Case, outcome: Outcome) -> None:
    if not case.findings:
        return
    summary = {
        "Submission": outcome.submission_id,
        "File": name_without(case.submission.sent_name, case.erased_of(case.sender).is_erased_person),
        "Organisation": outcome.organisation_code,
        "Dataset": outcome.dataset,
        "Period": outcome.period,
        "What became of it": f"{outcome.state}: {outcome.state.sentence}",
        "Rows in the file": f"{case.counts.rows_in:,}",
        "Rows taken": f"{case.counts.accepted:,}",
        "Rows refused": f"{case.counts.rejected:,}",
        "Totals and blank lines": f"{case.counts.noise:,}",
        **({"Rows of people who were erased": f"{case.counts.erased:,}"} if case.counts.erased else {}),
    }
    write_findings(_findings_folder(settings, case) / "findings.xlsx", summary, case.findings)
