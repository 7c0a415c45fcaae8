"""Every cell of a chunk judged once, over the distinct texts of its column: what is unusable, and why.

The declared limits of a field (range, codelist, shape) are a pandera schema derived from the contract, whose checks
carry the number of the finding; whether a text can be read at all shows when it is read (values.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from schemas.codelists import Codelist, fold
from schemas.fields import Field
from schemas.findings import SHOWN_ROWS, Finding
from schemas.identifiers import IDENTIFIER_TYPES, IdentifierType
from schemas.layouts import Layout
from transforms.checking.columns import Column
from transforms.checking.values import is_day_number, read

UNREADABLE = {"number": "011", "integer": "011", "date": "013", "boolean": "016"}
OUT_OF_RANGE, NOT_LISTED, MISSHAPEN, FORMULA, NO_CODE = "012", "014", "015", "017", "019"
FORMULA_LIKE = r"^([=@]|[+\-][^\d.,\s])"
QUOTED = re.compile(r"(?!.*[0-9]{5})[0-9.,/: -]{1,10}")  # a date, number or score, and no number of a person
QUOTED_DIGITS = 8  # of a date
TOLD_APART = 20  # values of a column in a chunk that each get a finding of their own

THE_VALUE = "the value"

Cell = tuple[str, Field]  # a sender's heading and the field that its cells are read as


@dataclass(frozen=True)
class CheckedCells:
    """A chunk's cells: as texts (NULL where blank), as values (NULL where blank or unusable), and the findings."""

    texts: Mapping[Cell, Column]
    values: Mapping[Cell, Column]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class CellRules:
    """The rules for one layout, made ready once for all chunks of a file."""

    layout: Layout
    codelists: Mapping[str, Codelist]
    cells: tuple[Cell, ...]
    schema: pandera.DataFrameSchema


def cell_rules_of(layout: Layout, codelists: Mapping[str, Codelist], headings: Iterable[str]) -> CellRules:
    """The rules of the cells under those headings that the layout reads as fields."""
    there = set(headings)
    contract = layout.contract
    pairs = list(layout.columns.items())
    if layout.unpivot:
        pairs += [(heading, name) for m in layout.unpivot.measures.values() for name, heading in m.items()]
    cells = tuple((h, contract.field(name)) for h, name in dict.fromkeys(pairs) if h in there)
    return CellRules(layout, codelists, cells, schema_of(cells, codelists))


def schema_of(cells: Iterable[Cell], codelists: Mapping[str, Codelist]) -> pandera.DataFrameSchema:
    """The declared limits of the fields, a column each; a check's `error` is the number of its finding."""
    return pandera.DataFrameSchema(
        {
            _place(cell): pandera.Column(nullable=True, checks=checks)
            for cell in cells
            if (checks := _checks(cell[1], codelists))
        }
    )


def _checks(field: Field, codelists: Mapping[str, Codelist]) -> list[pandera.Check]:
    checks = []
    if field.minimum is not None:
        checks.append(pandera.Check.ge(field.minimum, error=OUT_OF_RANGE))
    if field.maximum is not None:
        checks.append(pandera.Check.le(field.maximum, error=OUT_OF_RANGE))
    if field.codelist:
        checks.append(pandera.Check.isin(list(codelists[field.codelist].labels), error=NOT_LISTED))
    if field.identifier and (kind := IDENTIFIER_TYPES[field.identifier]).shape:
        checks.append(pandera.Check(lambda cells: _shaped(kind, cells), error=MISSHAPEN))
    if field.shape:
        checks.append(pandera.Check(lambda cells: cells.str.fullmatch(field.shape), error=NO_CODE))
    return checks


def _shaped(kind: IdentifierType, cells: pd.Series) -> pd.Series:
    return pd.Series([kind.is_shaped(cell) for cell in cells.tolist()], index=cells.index, dtype=bool)


def _place(cell: Cell) -> str:
    return f"{cell[1].name} from {cell[0]}"


def check_cells(cell_rules: CellRules, table: pa.Table, row_numbers: pa.Array) -> CheckedCells:
    """Every cell of the chunk judged."""
    said: list[Finding] = []
    raw, columns, wrong = {}, {}, {}
    for cell in cell_rules.cells:
        column = Column.of(table[cell[0]])
        texts, found = _texts(cell_rules, cell, column, row_numbers)
        said += found
        raw[cell] = column.with_values(texts)
        columns[cell], wrong[cell] = _read(cell_rules, cell, raw[cell])
    for cell, failing in _limits(cell_rules.schema, columns).items():
        for number, places in failing.items():
            wrong[cell].setdefault(number, []).extend(places)
    for cell, failing in wrong.items():
        for number, places in failing.items():
            said += _findings(cell_rules, cell, number, raw[cell], places, row_numbers)
            columns[cell] = _without(columns[cell], places)
        said += _day_numbers(cell, raw[cell], row_numbers)
    return CheckedCells(raw, columns, tuple(said))


def _texts(cell_rules: CellRules, cell: Cell, column: Column, row_numbers: pa.Array) -> tuple[pa.Array, list[Finding]]:
    """The distinct texts, trimmed and translated by the layout; NULL for its marks of a missing value."""
    heading, field = cell
    texts = pc.utf8_trim_whitespace(column.values)
    said: list[Finding] = []
    for mark in cell_rules.layout.nulls:
        is_mark = pc.equal(texts, mark)
        if mark and pc.any(is_mark).as_py():
            said += grouped("W008", heading, column.rows_where(is_mark), row_numbers, {"value": f'"{mark}"'})
    texts = pc.if_else(pc.is_in(texts, pa.array(["", *cell_rules.layout.nulls])), None, texts)
    meanings = {fold(text): code for text, code in cell_rules.layout.values.get(field.name, {}).items()}
    if meanings:
        texts = pa.array([t and meanings.get(fold(t), t) for t in texts.to_pylist()], pa.string())
    return texts, said


def _read(cell_rules: CellRules, cell: Cell, raw: Column) -> tuple[Column, dict[str, list[int]]]:
    """The values, and the places of the texts that are none: formulas, and what the kind cannot be read from."""
    field = cell[1]
    is_formula = pc.fill_null(pc.match_substring_regex(raw.values, FORMULA_LIKE), False)
    texts = pc.if_else(is_formula, None, raw.values)
    values = read(field, texts, cell_rules.layout, cell_rules.codelists.get(field.codelist))
    is_unreadable = pc.and_(pc.is_null(values), pc.is_valid(texts))
    marked = {FORMULA: is_formula, UNREADABLE.get(field.kind, ""): is_unreadable}
    return raw.with_values(values), {number: _true(flags) for number, flags in marked.items() if _true(flags)}


def _true(flags: pa.Array) -> list[int]:
    return pc.indices_nonzero(flags).to_pylist()


def _limits(schema: pandera.DataFrameSchema, columns: Mapping[Cell, Column]) -> dict[Cell, dict[str, list[int]]]:
    """The places of the distinct values that break a declared limit, by cell and number of the finding."""
    checked = {_place(cell): cell for cell in columns if _place(cell) in schema.columns}
    length = max((len(columns[cell].values) for cell in checked.values()), default=0)
    frame = pa.table({place: _padded(columns[cell].values, length) for place, cell in checked.items()})
    try:
        schema.validate(frame.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pandera.errors.SchemaErrors as problem:
        cases = problem.failure_cases[["column", "check", "index"]]
    else:
        return {}
    if cases["index"].isna().any():  # not a cell that fails, but a check; its own message may hold a cell
        raise RuntimeError("a declared check could not be made")
    broken: dict[Cell, dict[str, list[int]]] = {}
    for place, number, index in cases.itertuples(index=False):
        broken.setdefault(checked[place], {}).setdefault(number, []).append(int(index))
    return broken


def _padded(values: pa.Array, length: int) -> pa.Array:
    return pa.concat_arrays([values, pa.nulls(length - len(values), values.type)])


def _flags(length: int, places: Sequence[int]) -> pa.Array:
    flags = np.zeros(length, dtype=bool)
    flags[list(places)] = True
    return pa.array(flags)


def _without(column: Column, places: Sequence[int]) -> Column:
    return column.with_values(pc.if_else(_flags(len(column.values), places), None, column.values))


def _findings(
    cell_rules: CellRules, cell: Cell, number: str, raw: Column, places: list[int], row_numbers: pa.Array
) -> list[Finding]:
    """One finding a value that may be told and a hint; else one for all."""
    heading, field = cell
    code = ("R" if field.required else "V") + number
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for place in places:
        text = raw.values[place].as_py() if field.is_safe and len(groups) < TOLD_APART else ""
        groups.setdefault(tuple(_details(cell_rules, field, number, text).items()), []).append(place)
    found: list[Finding] = []
    for details, alike in groups.items():
        found += grouped(code, heading, raw.rows_where(_flags(len(raw.values), alike)), row_numbers, dict(details))
    return found


def quoted(text: str) -> str:
    """The text in quotation marks where it is but a date, number or score: people write names in any column."""
    is_plain = QUOTED.fullmatch(text) and sum(map(str.isdigit, text)) <= QUOTED_DIGITS
    return f'"{text}"' if is_plain else THE_VALUE


def _details(cell_rules: CellRules, field: Field, number: str, text: str) -> dict[str, str]:
    """What fills the sentence; of a text that may not be told ("") neither it nor a hint."""
    value = quoted(text)
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
        return {"value": value, "codelist": field.title.lower(), "hint": f' (nearest: "{close[0]}")' if close else ""}
    return {"value": value}


def _day_numbers(cell: Cell, raw: Column, row_numbers: pa.Array) -> list[Finding]:
    if cell[1].kind != "date" or not pc.any(flags := is_day_number(raw.values)).as_py():
        return []
    return grouped("W001", cell[0], raw.rows_where(flags), row_numbers, {})


def grouped(
    code: str, column: str, flags: pa.Array, row_numbers: pa.Array, details: Mapping[str, str]
) -> list[Finding]:
    """One finding for all the rows that `flags` marks; none for no rows."""
    rows = row_numbers.filter(flags)
    return [Finding(code, column, tuple(rows[:SHOWN_ROWS].to_pylist()), len(rows), details)] if len(rows) else []
