"""Every cell of a chunk checked once, over the distinct texts of its column: what is unusable, and why.

The declared limits of a field (range, codelist, shape) are a pandera schema derived from the contract, whose checks
carry the number of the finding; whether a text can be read at all shows when it is read (values.py).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import chain

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from schemas.codelists import Codelist, fold
from schemas.fields import Dataset, Field
from schemas.findings import Finding
from schemas.identifiers import IDENTIFIER_TYPES, is_like_a_person
from schemas.layouts import Layout
from transforms.checking.columns import Column, grouped
from transforms.checking.values import (
    CHANGED,
    DAY_ZERO,
    ERROR,
    HASHES,
    MISSHAPEN,
    UNCALCULATED,
    banded,
    is_day_number,
    is_error,
    odd_places,
    read,
    trimmed,
)
from transforms.checking.whole import ColumnFacts, order_details, traits_of

UNREADABLE = {"number": "011", "integer": "011", "date": "013", "boolean": "016"}
OUT_OF_RANGE, NOT_LISTED, NO_CODE, OTHER_ORDER = "012", "014", "019", "022"
# People write names in any column: only a date (of at most eight digits), number or score, no number of a person.
QUOTED = re.compile(r"(?!.*[0-9]{5})(?!(.*[0-9]){9})[0-9.,/: -]{1,10}")
MENDED_AT_SOURCE = (ERROR, UNCALCULATED, CHANGED, HASHES)  # findings that say all without the value
TOLD_APART = 20  # values of a column in a chunk that each get a finding of their own

THE_VALUE = "the value"
FEW_VALUES = 8  # of a list that is told whole

Cell = tuple[str, Field]  # a sender's heading and the field that its cells are read as


@dataclass(frozen=True)
class CheckedCells:
    """A chunk's cells: as texts (NULL where blank), as values (NULL where blank or unusable), the findings on them, and
    what they say of their column."""

    texts: Mapping[Cell, Column]
    values: Mapping[Cell, Column]
    findings: tuple[Finding, ...]
    facts: Mapping[str, ColumnFacts] = field(default_factory=dict)  # by heading


@dataclass(frozen=True)
class CellRules:
    """The rules for one layout, made ready once for all chunks of a file."""

    layout: Layout
    codelists: Mapping[str, Codelist]
    cells: tuple[Cell, ...]
    schema: pandera.DataFrameSchema
    day_zero: date = DAY_ZERO
    other_order: frozenset[str] = frozenset()  # columns whose dates are not written as the layout says, by their place

    @property
    def cell_of(self) -> dict[str, Cell]:
        """The cell that each field is read from, by the field's name, save those that the unpivot reads."""
        return {cell[1].name: cell for cell in self.cells if self.layout.columns.get(cell[0]) == cell[1].name}


def cell_rules_of(
    layout: Layout,
    codelists: Mapping[str, Codelist],
    headings: Iterable[str],
    day_zero: date = DAY_ZERO,
    other_order: frozenset[str] = frozenset(),
    known: Collection[str] = (),
) -> CellRules:
    """The rules of the cells under those headings that the layout reads as fields; `known` are organisations' codes."""
    there = set(headings)
    pairs = dict.fromkeys((*layout.columns.items(), *layout.measured))
    cells = tuple((heading, layout.contract.field(name)) for heading, name in pairs if heading in there)
    checks = {_place(cell): _checks(cell[1], codelists, known) for cell in cells}
    columns = {place: pandera.Column(nullable=True, checks=made) for place, made in checks.items() if made}
    return CellRules(layout, codelists, cells, pandera.DataFrameSchema(columns), day_zero, other_order)


def _checks(field: Field, codelists: Mapping[str, Codelist], known: Collection[str]) -> list[pandera.Check]:
    checks = []
    if field.minimum is not None:
        checks.append(pandera.Check.ge(field.minimum, error=OUT_OF_RANGE))
    if field.maximum is not None:
        checks.append(pandera.Check.le(field.maximum, error=OUT_OF_RANGE))
    if field.codelist:
        checks.append(pandera.Check.isin(list(codelists[field.codelist].labels), error=NOT_LISTED))
    if field.identifier and (shape := IDENTIFIER_TYPES[field.identifier].shape):
        checks.append(pandera.Check(lambda cells: cells.str.fullmatch(shape), error=MISSHAPEN))
    if field.shape:
        checks.append(pandera.Check(lambda cells: cells.str.fullmatch(field.shape), error=NO_CODE))
        checks.append(
            pandera.Check(
                lambda cells: cells.map(lambda code: code in known or not is_like_a_person(code)), error=NO_CODE
            )
        )
    return checks


def _place(cell: Cell) -> str:
    return f"{cell[1].name} from {cell[0]}"


def check_cells(cell_rules: CellRules, table: pa.Table, row_numbers: pa.Array) -> CheckedCells:
    """Every cell of the chunk checked."""
    findings: list[Finding] = []
    texts, values, wrong = {}, {}, {}
    for cell in cell_rules.cells:
        texts[cell], found = _texts(cell_rules, cell, Column.of(table[cell[0]]), row_numbers)
        findings += found
        values[cell], wrong[cell] = _values(cell_rules, cell, texts[cell])
    for cell, number, place in _beyond_limits(cell_rules.schema, values):
        wrong[cell].setdefault(number, []).append(place)
    for cell, failing in wrong.items():
        for number, places in failing.items():
            findings += _findings(cell_rules, cell, number, texts[cell], places, row_numbers)
            values[cell] = values[cell].without(places)
        if cell[1].kind == "date":
            is_day = texts[cell].rows_where(is_day_number(texts[cell].values))
            findings += grouped("W001", cell[0], is_day, row_numbers, {})
    facts = {cell[0]: _facts(cell_rules, cell, texts[cell], values[cell], wrong[cell]) for cell in cell_rules.cells}
    return CheckedCells(texts, values, tuple(findings), facts)


def _facts(
    cell_rules: CellRules, cell: Cell, texts: Column, values: Column, wrong: Mapping[str, list[int]]
) -> ColumnFacts:
    filled = usable = len(texts.indices) - texts.indices.null_count
    if wrong:
        filled, usable = (len(column.indices) - pc.sum(column.is_missing()).as_py() for column in (texts, values))
    return ColumnFacts(filled, usable, traits_of(cell[1], texts.values, values.values, cell_rules.layout))


def _texts(cell_rules: CellRules, cell: Cell, column: Column, row_numbers: pa.Array) -> tuple[Column, list[Finding]]:
    """The distinct texts, trimmed and translated by the layout; NULL for its marks of a missing value."""
    heading, field = cell
    texts = trimmed(column.values)
    findings: list[Finding] = []
    marks = [mark for mark in cell_rules.layout.nulls if not is_error(mark)]
    for mark in marks:
        is_mark = pc.equal(texts, mark)
        if mark and pc.any(is_mark).as_py():
            findings += grouped("W008", heading, column.rows_where(is_mark), row_numbers, {"value": f'"{mark}"'})
    texts = pc.if_else(pc.is_in(texts, pa.array(["", *marks])), None, texts)
    meanings = {fold(text): code for text, code in cell_rules.layout.values.get(field.name, {}).items()}
    if meanings:
        texts = pa.array([t and meanings.get(fold(t), t) for t in texts.to_pylist()], pa.string())
    if bands := cell_rules.layout.bands.get(field.name):
        texts = pa.array([t and banded(t, bands) for t in texts.to_pylist()], pa.string())
    return column.with_values(texts), findings


def _values(cell_rules: CellRules, cell: Cell, column: Column) -> tuple[Column, dict[str, list[int]]]:
    """The values, and the places of the texts that are none: odd ones, and what the kind cannot be read from."""
    field = cell[1]
    wrong = odd_places(column.values, field)
    if cell_rules.layout.place(cell[0]) in cell_rules.other_order:
        wrong = {OTHER_ORDER: pc.indices_nonzero(pc.is_valid(column.values)).to_pylist()}
    texts = column.without(chain.from_iterable(wrong.values())).values if wrong else column.values
    values = read(field, texts, cell_rules.layout, cell_rules.codelists.get(field.codelist), cell_rules.day_zero)
    if unreadable := pc.indices_nonzero(pc.and_(pc.is_null(values), pc.is_valid(texts))).to_pylist():
        wrong[UNREADABLE.get(field.kind, "")] = unreadable
    return column.with_values(values), wrong


def _beyond_limits(schema: pandera.DataFrameSchema, columns: Mapping[Cell, Column]) -> Iterator[tuple[Cell, str, int]]:
    """Cell, number of the finding and place of each distinct value that breaks a declared limit."""
    checked = {_place(cell): cell for cell in columns if _place(cell) in schema.columns}
    length = max((len(columns[cell].values) for cell in checked.values()), default=0)
    values = {place: columns[cell].values for place, cell in checked.items()}
    padding = {place: pa.nulls(length - len(found), found.type) for place, found in values.items()}
    frame = pa.table({place: pa.concat_arrays([found, padding[place]]) for place, found in values.items()})
    try:
        schema.validate(frame.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pandera.errors.SchemaErrors as problem:
        cases = problem.failure_cases[["column", "check", "index"]]
    else:
        return
    if cases["index"].isna().any():  # not a cell that fails, but a check; its own message may hold a cell
        raise RuntimeError("a declared check could not be made")
    for place, number, index in cases.itertuples(index=False):
        yield checked[place], number, int(index)


def _findings(
    cell_rules: CellRules, cell: Cell, number: str, column: Column, places: Iterable[int], row_numbers: pa.Array
) -> list[Finding]:
    """One finding a value that may be told and a hint; else one for all."""
    heading, field = cell
    details: dict[int, dict[str, str]] = {}
    told: set[tuple[str, ...]] = set()
    for place in places:
        text = column.values[place].as_py() if field.is_safe and len(told) < TOLD_APART else ""
        details[place] = _details(cell_rules, field, number, text)
        told.add(tuple(details[place].values()))
    return column.findings(("R" if field.required else "V") + number, heading, details, row_numbers)


def _details(cell_rules: CellRules, field: Field, number: str, text: str) -> dict[str, str]:
    """What fills the sentence; of a text that may not be told ("") neither it nor a hint."""
    value = f'"{text}"' if QUOTED.fullmatch(text) else THE_VALUE
    if number in MENDED_AT_SOURCE:
        return {}
    if number == OTHER_ORDER:
        return order_details(cell_rules.layout)
    if number == MISSHAPEN:
        return {"identifier": IDENTIFIER_TYPES[field.identifier].title}
    if number == OUT_OF_RANGE:
        lowest = "any lower number" if field.minimum is None else f"{field.minimum:,.12g}"
        highest = "any higher number" if field.maximum is None else f"{field.maximum:,.12g}"
        return {"value": value, "minimum": lowest, "maximum": highest}
    if number == UNREADABLE["date"]:
        return {"value": value, "example": date(2026, 9, 14).strftime(cell_rules.layout.date_formats[0])}
    if number == NOT_LISTED:
        labels = list(cell_rules.codelists[field.codelist].labels.values())
        close = get_close_matches(text, labels, n=1)
        hint = f' (nearest: "{close[0]}")' if close else ""
        values = _values_of(cell_rules.layout.contract, labels)
        return {"value": value, "codelist": field.title.lower(), "hint": hint, "values": values}
    return {"value": value}


def _values_of(contract: Dataset, labels: list[str]) -> str:
    """The list's values, quoted where a comma is in one of them; or where they stand."""
    if len(labels) <= FEW_VALUES:
        mark = '"' if any("," in label for label in labels) else ""
        return f" ({', '.join(f'{mark}{label}{mark}' for label in labels)})"
    dataset = contract.part_of or contract.name
    return f" (see the drop-down in the workbook that `research-culture template {dataset}` writes)"
