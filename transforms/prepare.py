"""One open file to staged rows: parsed, checked and pseudonymised, a chunk at a time."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial, reduce
from itertools import chain
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from schemas.findings import Finding, Refusal, Severity, merge
from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import Counts, Period
from schemas.tables import PARTS, STAGED, refused_of
from transforms.checking import aside, rows, survey
from transforms.checking.columns import Column, grouped, repeated
from transforms.checking.corrections import apply_corrections
from transforms.checking.made import Counted, fill_down, make_missing
from transforms.checking.validate import Cell, CellRules, CheckedCells, cell_rules_of, check_cells
from transforms.checking.values import DAY_ZERO, DAY_ZERO_1904, dates
from transforms.checking.whole import ColumnFacts
from transforms.pseudonymise import ErasedMatcher, Pseudonymiser
from transforms.reading.parse import Chunk, Shape, parse, wanted
from transforms.reading.people import LINKED, numbers_in

NOBODY = ErasedMatcher()
SAMPLE = 50  # employee numbers of a chunk: zeros are lost from all of a column, or from many


@dataclass(frozen=True)
class Prepared:
    """One chunk, ready to stage: `tables` by staged name; `days` the first and last day of the period field; `facts` of
    each column, by its place as findings name it."""

    tables: Mapping[str, pa.Table]
    findings: tuple[Finding, ...]
    counts: Counts
    days: tuple[date, date] | None
    facts: Mapping[str, ColumnFacts] = field(default_factory=dict)


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
    above: dict[str, str] = field(default_factory=dict)  # the last cells of the columns that are filled down


@dataclass(frozen=True)
class _Kept:
    """The rows of a chunk that are accepted: their fields and numbers; and which of all rows they are."""

    fields: Mapping[str, Column]
    row_numbers: pa.Array
    is_kept: pa.Array


@dataclass(frozen=True)
class _Checked:
    """A chunk with its exchanged columns put back, what its cells say, and the findings on them."""

    chunk: Chunk
    table: pa.Table
    cells: CheckedCells
    fields: Mapping[str, Column]
    answered: survey.Answered
    findings: tuple[Finding, ...]


def prepare(
    stream: BinaryIO,
    shape: Shape,
    layout: Layout,
    rules: Rulebook,
    pseudonymiser: Pseudonymiser,
    submission_id: str,
    erased: ErasedMatcher = NOBODY,
    other_order: frozenset[str] = frozenset(),
) -> Iterator[Prepared]:
    """The file's rows in staged form, chunk by chunk, with their findings and counts: the layout's sheet, its parts'.

    Rows of those whom `erased` recognises are left out, and counted. No cell is used of the columns of `other_order`.
    A part of the dataset that the file does not have is an empty table.
    Raises Refusal where reading on shows that the file cannot be taken (F004, F009).
    """
    sheets = (layout, *(part for part in layout.parts if part.sheet in shape.sheets))
    for sheet in sheets:
        day_zero = DAY_ZERO_1904 if shape.is_1904 else DAY_ZERO
        cell_rules = cell_rules_of(
            sheet, rules.codelists, wanted(shape, sheet), day_zero, other_order, rules.organisations
        )
        work = _Work(cell_rules, rules, pseudonymiser, erased, submission_id, secrets.token_hex(8))
        respondents = 0
        for chunk in _ahead(parse(stream, shape, sheet)):
            prepared = _prepared(work, _without_erased(work, _filled_down(work, chunk)), respondents)
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


def _filled_down(work: _Work, chunk: Chunk) -> Chunk:
    table, told = fill_down(chunk.table, work.cell_rules.layout, chunk.row_numbers, work.above)
    return replace(chunk, table=table, findings=(*chunk.findings, *told)) if told else chunk


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
    return replace(_only(chunk, kept), erased=chunk.erased + count)


def _only(chunk: Chunk, kept: pa.Array) -> Chunk:
    """The chunk with those rows. Encoded again: a dictionary keeps the values that no row has any more."""
    table = chunk.table.filter(kept)
    left = {name: table[name].cast(pa.string()).combine_chunks().dictionary_encode() for name in table.column_names}
    return replace(chunk, table=pa.table(left), row_numbers=chunk.row_numbers.filter(kept))


def _prepared(work: _Work, chunk: Chunk, respondents: int) -> Prepared:
    layout, checked = work.cell_rules.layout, _checked(work, chunk)
    aside_rows = aside.set_aside(work.cell_rules, checked.table, checked.cells, checked.fields, checked.answered)
    refused = _refused(work, checked, aside_rows["R030"])
    if (left := _without(chunk, aside_rows)) is not chunk:
        checked = _checked(work, left)
    fields, made = make_missing(layout, checked.fields, work.counted)
    checked, numbers = replace(checked, fields=fields, findings=(*checked.findings, *made)), left.row_numbers
    silent = aside.says_nothing(work.cell_rules, checked.fields, checked.answered, len(numbers))
    is_out, unusable = rows.rejected(work.cell_rules, checked.cells, checked.fields, silent, numbers)
    is_kept = pc.invert(is_out)
    kept = _Kept({n: column.filter(is_kept) for n, column in checked.fields.items()}, numbers.filter(is_kept), is_kept)
    if layout.dataset == "survey":
        tables = _survey(work, kept, checked.answered, respondents)
    else:
        tables = {layout.dataset: _staged(work, kept, checked.cells.values)}
        if "employee_number" in layout.contract.names:
            tables["employee_check"] = _other_lengths(work, kept)
    if refused := [*refused, *_refused(work, checked, is_out), *_ragged(layout, chunk)]:
        tables[refused_of(layout.dataset)] = pa.concat_tables(refused)
    found = (*left.findings, *checked.findings, *unusable)
    findings = merge(replace(finding, column=layout.place(finding.column)) for finding in found)
    accepted = len(kept.row_numbers)
    rejected = len(numbers) - accepted + left.ragged
    counts = Counts(accepted + rejected + left.noise + left.erased, accepted, rejected, left.noise, left.erased)
    facts = {layout.place(h): one for h, one in (*checked.cells.facts.items(), *checked.answered.facts.items())}
    said = checked.table[layout.period_heading] if layout.period_heading else None
    days = _days(layout, kept.fields) if said is None else _days_said(layout, said)
    return Prepared(tables, findings, counts, days, facts)


def _refused(work: _Work, checked: _Checked, is_out: pa.Array) -> list[pa.Table]:
    """What the refused rows belong to, where several rows make one thing; nothing where no row is refused."""
    contract = work.cell_rules.layout.contract
    if not contract.whole or not pc.any(is_out).as_py():
        return []
    return [rows.keys_of_refused(contract, checked.fields, work.pseudonymiser, is_out, checked.chunk.row_numbers)]


def _ragged(layout: Layout, chunk: Chunk) -> list[pa.Table]:
    """The rows of too few or too many cells that are named: nobody can tell what they belong to."""
    contract, named = layout.contract, [f.rows for f in chunk.findings if f.code == "R002"]
    if not contract.whole or not named:
        return []
    rows = pa.array(chain.from_iterable(named), pa.int64())
    types = {name: contract.staged().field(name).arrow_type() for name in (*contract.whole_keys, *contract.person_keys)}
    return [pa.table({"row_number": rows, **{name: pa.nulls(len(rows), kind) for name, kind in types.items()}})]


def _checked(work: _Work, chunk: Chunk) -> _Checked:
    cell_rules, layout, numbers = work.cell_rules, work.cell_rules.layout, chunk.row_numbers
    table, corrected = apply_corrections(chunk.table, layout, numbers)
    cells = check_cells(cell_rules, table, numbers)
    fields, flagged = rows.fields_of(cell_rules, table, cells.values, numbers)
    is_survey = layout.dataset == "survey"
    answered = survey.answers_of(table, layout, work.rules.instruments, numbers) if is_survey else survey.Answered({})
    unfinished = grouped("W031", "", aside.is_unfinished(fields, len(numbers)), numbers, {})
    findings = (*corrected, *cells.findings, *flagged, *answered.findings, *unfinished)
    return _Checked(chunk, table, cells, fields, answered, findings)


def _without(chunk: Chunk, flags: Mapping[str, pa.Array]) -> Chunk:
    """The chunk less the rows that are no rows of the dataset, which are counted and told; `flags` by finding."""
    told = [f for code, is_out in flags.items() for f in grouped(code, "", is_out, chunk.row_numbers, {})]
    if not told:
        return chunk
    left, found = _only(chunk, pc.invert(reduce(pc.or_, flags.values()))), (*chunk.findings, *told)
    noise = sum(finding.row_count for finding in told if finding.severity is Severity.WARN)
    refused = sum(finding.row_count for finding in told) - noise
    return replace(left, noise=chunk.noise + noise, ragged=chunk.ragged + refused, findings=found)


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


def _other_lengths(work: _Work, kept: _Kept) -> pa.Table:
    """Pseudonyms of some of the employee numbers as they would stand with more or fewer zeros: another file may have
    them so. They are compared before the file is recorded, and then deleted."""
    some = kept.fields["employee_number"].values[:SAMPLE].drop_null().to_pylist()
    others = chain.from_iterable(map(IDENTIFIER_TYPES["employee"].other_lengths, some))
    return pa.table({"employee_key": work.pseudonymiser.pseudonyms("employee", pa.array(others, pa.string()))})


def _survey(work: _Work, kept: _Kept, answered: survey.Answered, before: int) -> dict[str, pa.Table]:
    respondents = pa.array(range(before + 1, before + 1 + len(kept.row_numbers)), pa.int64())
    common = {"row_number": kept.row_numbers, "respondent_number": respondents}
    fields = {name: column.rows() for name, column in kept.fields.items() if name != "response_id"}
    fields["submission_id"] = repeated(work.submission_id, len(respondents))
    long = survey.long_answers(answered.answers, kept.is_kept, respondents)
    long["submission_id"] = repeated(work.submission_id, len(long["score"]))
    hashes = survey.hashes(kept.fields["response_id"], work.salt)
    return {
        "survey_response": rows.staged(STAGED["survey_response"], {**fields, **common}),
        "survey_answer": rows.staged(STAGED["survey_answer"], long),
        "survey_check": pa.table({**common, "response_hash": hashes}),
    }


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
