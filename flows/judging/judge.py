"""Judge: a landed file is recognised, its rows are read, checked, pseudonymised and staged. Runs in a worker."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from flows.erased.tombstones import matcher_of
from flows.home.keys import domain_of, read_key, staged_id
from flows.judging.judged import Given, Judged, Read, require_rows
from flows.judging.recognise import Recognised, check_folder, recognise
from flows.mapping.take import is_mapping, read_mapping
from schemas.findings import Finding, Refusal, Severity, merge
from schemas.layouts import Layout
from transforms.checking.whole import ColumnFacts, findings_of, other_order
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.identify import headings_at, identify, notes
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
        if is_mapping(landed):
            made, findings = read_mapping(landed, given.rules, given.settings.config)
            return Judged(IngestResult(findings=findings), made_layout=made)
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
        known = identify(shape, given.rules, dataset=hints.dataset, layout=hints.layout)
        layout = given.rules.only_on(known, submission.landed_at.date())
        judged = Judged(replace(judged.known, layout=f"{layout.dataset}/{layout.name}"), layout=layout)
        recognised = recognise(about(shape), layout, hints, given.rules, submission.sent_name)
        judged = replace(judged, sender=recognised.sender)
        read = _stage(_prepare(given, recognised, shape, stream, submission), staging)
        if other := other_order(read.facts):  # only the whole file shows it: read again without those columns
            read = _stage(_prepare(given, recognised, shape, stream, submission, other), staging)
        off = (heading for heading in headings_at(shape, known) if heading in known.read - layout.read)
        findings = (*notes(shape, layout), *(Finding("W046", heading) for heading in off), *merge(read.findings))
        judged = replace(judged, known=replace(judged.known, counts=read.counts, findings=findings))
        require_rows(judged.known)
        findings = (*findings, *_of_columns(read.facts, layout, submission))
        return replace(judged, known=replace(judged.known, findings=findings, slot=recognised.slot(read.days)))
    except Refusal as refusal:
        return replace(judged, refusal=refusal)


def _of_columns(facts: Mapping[str, ColumnFacts], layout: Layout, submission: Submission) -> Iterator[Finding]:
    """The findings on whole columns; of those that a person has confirmed, none."""
    for one in findings_of(facts, layout):
        if one.severity is not Severity.HOLD:
            yield one
        elif not submission.hints.is_confirmed:
            yield replace(one, details={**one.details, "submission": submission.submission_id})


def _prepare(
    given: Given,
    recognised: Recognised,
    shape: Shape,
    stream: BinaryIO,
    submission: Submission,
    other_order: frozenset[str] = frozenset(),
) -> Iterator[Prepared]:
    key, key_id = read_key(given.settings)
    domain = domain_of(given.settings, recognised.sender)
    pseudonymiser = Pseudonymiser(key, staged_id(given.settings, key_id), domain)
    erased = matcher_of(given.settings, given.tombstones, recognised.sender)
    one = submission.submission_id
    return prepare(stream, shape, recognised.layout, given.rules, pseudonymiser, one, erased, other_order)


def _stage(chunks: Iterable[Prepared], staging: Staging) -> Read:
    """Write the rows in staged form. Where reading on shows that the file is refused, the findings say so."""
    read = Read()
    staging.begin()
    try:
        for chunk in chunks:
            staging.write(chunk.tables)
            read.add(chunk)
    except Refusal as refusal:
        read.findings += refusal.findings
    staging.close()
    return read
