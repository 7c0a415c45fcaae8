"""One open file to staged rows: parsed, checked and pseudonymised, a chunk at a time."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from schemas.findings import Finding, Refusal, merge
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import Counts, Period
from schemas.tables import PARTS, STAGED
from transforms.checking import rows, survey
from transforms.checking.columns import Column, repeated
from transforms.checking.corrections import apply_corrections
from transforms.checking.made import Counted, make_missing
from transforms.checking.validate import Cell, CellRules, cell_rules_of, check_cells
from transforms.checking.values import dates
from transforms.pseudonymise import ErasedMatcher, Pseudonymiser
from transforms.reading.parse import Chunk, Shape, parse, wanted
from transforms.reading.people import LINKED, numbers_in

NOBODY = ErasedMatcher()


@dataclass(frozen=True)
class Prepared:
    """One chunk, ready to stage: `tables` by staged name; `days` the first and last day of the period field."""

    tables: Mapping[str, pa.Table]
    findings: tuple[Finding, ...]
    counts: Counts
    days: tuple[date, date] | None


@dataclass(frozen=True)
class _Work:
    """What every chunk of a file is worked with."""

    cell_rules: CellRules
    rules: Rulebook
    pseudonymiser: Pseudonymiser
    erased: ErasedMatcher
    submission_id: str
    salt: str  # made anew for each file, never stored
    counted: Counted = field(default_factory=dict)  # lines numbered in the chunks before


@dataclass(frozen=True)
class _Kept:
    """The rows of a chunk that are accepted: their fields and numbers; and which of all rows they are."""

    fields: Mapping[str, Column]
    row_numbers: pa.Array
    is_kept: pa.Array


def prepare(
    stream: BinaryIO,
    shape: Shape,
    layout: Layout,
    rules: Rulebook,
    pseudonymiser: Pseudonymiser,
    submission_id: str,
    erased: ErasedMatcher = NOBODY,
) -> Iterator[Prepared]:
    """The file's rows in staged form, chunk by chunk, with their findings and counts: the layout's sheet, its parts'.

    Rows of those whom `erased` recognises are left out, and counted. A part of the dataset that the file does not have
    is an empty table.
    Raises Refusal where reading on shows that the file cannot be taken (F004, F009).
    """
    sheets = (layout, *(part for part in layout.parts if part.sheet in shape.sheets))
    for sheet in sheets:
        cell_rules = cell_rules_of(sheet, rules.codelists, wanted(shape, sheet))
        work = _Work(cell_rules, rules, pseudonymiser, erased, submission_id, secrets.token_hex(8))
        respondents = 0
        for chunk in _ahead(parse(stream, shape, sheet)):
            prepared = _prepared(work, _without_erased(work, chunk), respondents)
            respondents += prepared.counts.accepted
            yield prepared
    for part in PARTS.values():
        if part.part_of == layout.dataset and part.name not in {sheet.dataset for sheet in sheets}:
            yield Prepared({part.name: part.staged().arrow_schema().empty_table()}, (), Counts(), None)


def _ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the next one read in a thread while this one is worked on."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(next, chunks, None)
            yield chunk


def _without_erased(work: _Work, chunk: Chunk) -> Chunk:
    """The chunk less the rows of erased people, before any finding on them; they are counted."""
    if not work.erased:
        return chunk
    layout, table = work.cell_rules.layout, chunk.table
    is_out = pa.repeat(False, table.num_rows)
    for heading, name in layout.columns.items():
        kind = layout.contract.field(name).identifier
        if kind in LINKED and heading in table.column_names:
            column, is_erased = Column.of(table[heading]), partial(work.erased.is_erased_person, kind)
            theirs = [any(map(is_erased, numbers_in(kind, text, layout))) for text in column.values.to_pylist()]
            is_out = pc.or_(is_out, column.rows_where(pa.array(theirs, pa.bool_())))
    kept, count = pc.invert(is_out), pc.sum(is_out).as_py() or 0
    table = table.filter(kept)
    # Encoded again: a dictionary keeps the values that no row has any more.
    left = {name: table[name].cast(pa.string()).combine_chunks().dictionary_encode() for name in table.column_names}
    return replace(chunk, table=pa.table(left), row_numbers=chunk.row_numbers.filter(kept), erased=chunk.erased + count)


def _prepared(work: _Work, chunk: Chunk, respondents: int) -> Prepared:
    cell_rules, layout, numbers = work.cell_rules, work.cell_rules.layout, chunk.row_numbers
    table, corrected = apply_corrections(chunk.table, layout, numbers)
    checked = check_cells(cell_rules, table, numbers)
    fields, flagged = rows.fields_of(cell_rules, table, checked.values)
    fields, made = make_missing(layout, fields, work.counted)
    is_out, unusable = rows.rejected(cell_rules, checked, fields, numbers)
    is_kept = pc.invert(is_out)
    kept = _Kept({name: column.filter(is_kept) for name, column in fields.items()}, numbers.filter(is_kept), is_kept)
    if layout.dataset == "survey":
        tables, answered = _survey(work, kept, table, numbers, respondents)
    else:
        tables, answered = {layout.dataset: _staged(work, kept, checked.values)}, []
    found = (*chunk.findings, *corrected, *checked.findings, *flagged, *made, *answered, *unusable)
    findings = merge(replace(finding, column=layout.place(finding.column)) for finding in found)
    accepted = len(kept.row_numbers)
    rejected = len(numbers) - accepted + chunk.ragged
    counts = Counts(accepted + rejected + chunk.noise + chunk.erased, accepted, rejected, chunk.noise, chunk.erased)
    days = _days_said(layout, table[layout.period_heading]) if layout.period_heading else _days(layout, kept.fields)
    return Prepared(tables, findings, counts, days)


def _staged(work: _Work, kept: _Kept, cells: Mapping[Cell, Column]) -> pa.Table:
    contract, unpivot = work.cell_rules.layout.contract, work.cell_rules.layout.unpivot
    safe = rows.pseudonymised(contract, kept.fields, work.pseudonymiser)
    columns = {name: column.rows() for name, column in safe.items()} | {"row_number": kept.row_numbers}
    if unpivot:
        wide = {(h, field.name): column.filter(kept.is_kept).rows() for (h, field), column in cells.items()}
        columns = rows.unpivoted(unpivot, columns, wide)
    length = len(columns["row_number"])
    same = {"submission_id": work.submission_id, "key_id": work.pseudonymiser.key_id}
    columns |= {name: repeated(text, length) for name, text in same.items()}
    return rows.staged(contract.staged(), columns)


def _survey(
    work: _Work, kept: _Kept, table: pa.Table, numbers: pa.Array, before: int
) -> tuple[dict[str, pa.Table], list[Finding]]:
    answers, findings = survey.answers_of(table, work.cell_rules.layout, work.rules.instruments, numbers)
    respondents = pa.array(range(before + 1, before + 1 + len(kept.row_numbers)), pa.int64())
    common = {"row_number": kept.row_numbers, "respondent_number": respondents}
    fields = {name: column.rows() for name, column in kept.fields.items() if name != "response_id"}
    fields["submission_id"] = repeated(work.submission_id, len(respondents))
    long = survey.long_answers(answers, kept.is_kept, respondents)
    long["submission_id"] = repeated(work.submission_id, len(long["score"]))
    hashes = survey.hashes(kept.fields["response_id"], work.salt)
    return {
        "survey_response": rows.staged(STAGED["survey_response"], {**fields, **common}),
        "survey_answer": rows.staged(STAGED["survey_answer"], long),
        "survey_check": pa.table({**common, "response_hash": hashes}),
    }, findings


def _days_said(layout: Layout, cells: pa.ChunkedArray) -> tuple[date, date] | None:
    """The first and last day of the periods that a column of the file says. Raises Refusal F014 for one that is none.

    A date is of its month, by the layout's formats.
    """
    texts = pc.utf8_trim_whitespace(Column.of(cells).values)
    days = zip(texts.to_pylist(), dates(texts, layout.date_formats).to_pylist(), strict=True)
    try:
        periods = [Period.month_of(day) if day else Period.read(text) for text, day in days if text]
    except ValueError:
        why = f'a cell of the column "{layout.period_heading}" cannot be read as one'
        raise Refusal(Finding("F014", details={"why": why, "example": "2026-09"})) from None
    return (min(one.start for one in periods), max(one.end for one in periods)) if periods else None


def _days(layout: Layout, fields: Mapping[str, Column]) -> tuple[date, date] | None:
    """The first and last day seen in the period field; of a field of years, 1 January and 31 December."""
    name = layout.period_field or layout.contract.period_field
    if not name:
        return None
    ends = pc.min_max(fields[name].rows()).as_py()
    if ends["min"] is None:
        return None
    if layout.contract.field(name).kind == "integer":
        return date(ends["min"], 1, 1), date(ends["max"], 12, 31)
    return ends["min"], ends["max"]
