"""Judge: a landed file is recognised, its rows are read, checked, pseudonymised and staged. Runs in a worker."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from flows.erased.tombstones import matcher_of
from flows.home.keys import domain_of, read_key, staged_id
from flows.judging.judged import Given, Judged, require_rows
from flows.judging.recognise import Recognised, check_folder, recognise
from flows.workbooks import mapping
from schemas.findings import Finding, Refusal, merge
from schemas.submissions import Counts
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.identify import identify, notes
from transforms.reading.shape import Shape, about, read_shape
from warehouse.ledger.store import IngestResult, Submission
from warehouse.staging.load import Staging


def judge(given: Given, submission: Submission, staging: Staging) -> Judged:
    """Judge a submission's landed file. Rows of those whom the tombstones recognise are left out and counted.

    A refusal is an answer, with what was known before it. Raises SetupError without a usable key, OSError where the
    disk fails.
    """
    landed = given.settings.landing / submission.landed_name
    try:
        if mapping.is_mapping(landed):
            return Judged(made_layout=mapping.read_mapping(landed, given.rules, given.settings.config))
        check_folder(submission.hints)
        with landed.open("rb") as stream:
            shape = read_shape(stream, submission.sent_name)
            return _judge_export(given, submission, shape, stream, staging)
    except Refusal as refusal:
        return Judged(refusal=refusal)


def _judge_export(given: Given, submission: Submission, shape: Shape, stream: BinaryIO, staging: Staging) -> Judged:
    """The steps of an export, each of which may refuse it."""
    judged, hints = Judged(IngestResult(encoding=shape.encoding)), submission.hints
    try:
        layout = identify(shape, given.rules, dataset=hints.dataset, layout=hints.layout)
        judged = Judged(replace(judged.known, layout=f"{layout.dataset}/{layout.name}"), layout=layout)
        recognised = recognise(about(shape), layout, hints, given.rules)
        judged = replace(judged, sender=recognised.sender)
        parts = _prepare(given, recognised, shape, stream, submission)
        counts, findings, days = _stage(parts, staging)
        findings = (*notes(shape, layout), *findings)
        judged = replace(judged, known=replace(judged.known, counts=counts, findings=findings))
        require_rows(judged.known)
        return replace(judged, known=replace(judged.known, slot=recognised.slot(days)))
    except Refusal as refusal:
        return replace(judged, refusal=refusal)


def _prepare(
    given: Given, recognised: Recognised, shape: Shape, stream: BinaryIO, submission: Submission
) -> Iterator[Prepared]:
    key, key_id = read_key(given.settings)
    domain = domain_of(given.settings, recognised.sender)
    pseudonymiser = Pseudonymiser(key, staged_id(given.settings, key_id), domain)
    erased = matcher_of(given.settings, given.tombstones, recognised.sender)
    return prepare(stream, shape, recognised.layout, given.rules, pseudonymiser, submission.submission_id, erased)


def _stage(parts: Iterable[Prepared], staging: Staging) -> tuple[Counts, tuple[Finding, ...], tuple[date, ...]]:
    """Write the rows in staged form; their counts, findings, first and last days.

    Where reading on shows that the file is refused, the findings say so.
    """
    counts, findings, days = Counts(), list[Finding](), list[date]()
    staging.begin()
    try:
        for part in parts:
            staging.write(part.tables)
            counts += part.counts
            findings += part.findings
            days += part.days or ()
    except Refusal as refusal:
        findings += refusal.findings
    staging.close()
    return counts, merge(findings), tuple(days)
