"""CheckedCells cells to the contract's fields: exchanged columns put right, rows rejected, wide rows made long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Contract, Dataset, pseudonym_of
from schemas.findings import Finding
from schemas.layouts import KnownDefect, Layout, Swap, Unpivot, WordFlag
from transforms.checking.columns import Column
from transforms.checking.validate import Cell, CellRules, CheckedCells, grouped
from transforms.checking.values import read
from transforms.pseudonymise import Pseudonymiser


def apply_corrections(table: pa.Table, layout: Layout, row_numbers: pa.Array) -> tuple[pa.Table, list[Finding]]:
    """The table with its exchanged columns put back, and the warnings that the layout declares."""
    said = [
        finding for caution in layout.known_defects for finding in _known_defect(table, caution, layout, row_numbers)
    ]
    for swap in layout.swaps:
        table, found = _swap(table, swap, row_numbers)
        said += found
    return table, said


def _swap(table: pa.Table, swap: Swap, row_numbers: pa.Array) -> tuple[pa.Table, list[Finding]]:
    if not {*swap.columns, *swap.when} <= set(table.column_names):
        return table, []
    flags = pa.array([True] * len(table), pa.bool_())
    for heading, value in swap.when.items():
        column = Column.of(table[heading])
        flags = pc.and_(flags, column.rows_where(pc.equal(pc.utf8_trim_whitespace(column.values), value)))
    if not pc.any(flags).as_py():
        return table, []
    one, other = (pc.cast(table[heading].combine_chunks(), pa.string()) for heading in swap.columns)
    for heading, cells in zip(
        swap.columns, (pc.if_else(flags, other, one), pc.if_else(flags, one, other)), strict=True
    ):
        table = table.set_column(table.column_names.index(heading), heading, cells.dictionary_encode())
    names = " and ".join(f'"{heading}"' for heading in swap.columns)
    return table, grouped("W005", "", flags, row_numbers, {"columns": names})


def _known_defect(table: pa.Table, caution: KnownDefect, layout: Layout, row_numbers: pa.Array) -> list[Finding]:
    if caution.column not in table.column_names:
        return []
    if not caution.equals and not caution.contains:
        return [Finding(caution.code, caution.column)]
    column = Column.of(table[caution.column])
    said: dict[str, list[bool]] = {}
    texts = column.values.to_pylist()
    for place, text in enumerate(texts):
        if text.strip() in caution.equals or (caution.contains and caution.contains in text):
            value = f'"{text}"' if text.strip() in caution.equals or layout.contract.is_national else "the value"
            said.setdefault(value, [False] * len(texts))[place] = True
    return [
        finding
        for value, flags in said.items()
        for finding in grouped(
            caution.code, caution.column, column.rows_where(pa.array(flags)), row_numbers, {"value": value}
        )
    ]


def fields_of(
    cell_rules: CellRules, table: pa.Table, cells: Mapping[Cell, Column]
) -> tuple[dict[str, Column], list[Finding]]:
    """A column for each field of the contract, save those that the unpivot makes; and W012 for word lists."""
    layout, rows = cell_rules.layout, len(table)
    fields = {field.name: Column.constant(None, field.arrow_type(), rows) for field in layout.contract.fields}
    fields |= {field.name: column for (heading, field), column in cells.items() if heading in layout.columns}
    said = []
    for heading, flag in layout.words.items():
        if heading in table.column_names:
            fields[flag.to] = _flagged(Column.of(table[heading]), flag)
            said.append(Finding("W012", heading))
    for name, text in layout.constants.items():
        fields[name] = _constant(cell_rules, name, text, rows)
    return fields, said


def _flagged(column: Column, flag: WordFlag) -> Column:
    """True where one of the words stands in the text, whatever its case; NULL for no text."""
    pattern = r"\b(" + "|".join(map(re.escape, flag.words)) + r")\b"
    is_text = pc.match_substring_regex(column.values, r"\S")
    found = pc.match_substring_regex(column.values, pattern, ignore_case=True)
    return column.with_values(pc.if_else(is_text, found, None))


def _constant(cell_rules: CellRules, name: str, text: str, rows: int) -> Column:
    field = cell_rules.layout.contract.field(name)
    value = read(field, pa.array([text]), cell_rules.layout, cell_rules.codelists.get(field.codelist))
    return Column(Column.constant(None, pa.null(), rows).indices, value)


def rejected(
    cell_rules: CellRules, judged: CheckedCells, fields: Mapping[str, Column], row_numbers: pa.Array
) -> tuple[pa.Array, list[Finding]]:
    """Which rows cannot be used, with R001 for the blank cells and R004 for the groups behind it.

    A row whose required cell holds something unusable has its finding already.
    """
    contract = cell_rules.layout.contract
    cell_of = {
        cell_rules.layout.columns[cell[0]]: cell for cell in cell_rules.cells if cell[0] in cell_rules.layout.columns
    }
    headings = {
        field.name: cell_of[field.name][0] if field.name in cell_of else field.title for field in contract.fields
    }
    said: list[Finding] = []
    is_out = pa.array([False] * len(row_numbers), pa.bool_())
    for field in contract.fields:
        if field.required and field.name not in _made(cell_rules.layout):
            missing = fields[field.name].is_missing()
            cell = cell_of.get(field.name)
            blank = judged.texts[cell].is_missing() if cell else missing
            said += grouped("R001", headings[field.name], blank, row_numbers, {})
            is_out = pc.or_(is_out, missing)
    for group in contract.one_of:
        missing = pc.invert(_any_valid([fields[name].rows() for name in group]))
        told = pc.and_not(missing, is_out)  # a row that is out already is not told twice
        names = " or ".join(f'"{headings[name]}"' for name in group)
        said += grouped("R004", "", told, row_numbers, {"columns": names})
        is_out = pc.or_(is_out, missing)
    return is_out, said


def _made(layout: Layout) -> set[str]:
    """The fields that the unpivot makes."""
    unpivot = layout.unpivot
    return {unpivot.into, *(name for m in unpivot.measures.values() for name in m)} if unpivot else set()


def pseudonymised(contract: Dataset, fields: Mapping[str, Column], pseudonymiser: Pseudonymiser) -> dict[str, Column]:
    """The fields with each identifier replaced by its pseudonym, `<type>_key`, and the key's id."""
    safe = {name: column for name, column in fields.items() if contract.field(name).kind != "identifier"}
    for field in contract.identifiers:
        column = fields[field.name]
        safe[pseudonym_of(field).name] = column.with_values(pseudonymiser.pseudonyms(field.identifier, column.values))
    return safe


def staged(contract: Contract, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The table in the contract's order and types; a text may be dictionary-encoded. KeyError for a missing column."""
    schema = pa.schema(
        [pa.field(field.name, columns[field.name].type, nullable=not field.required) for field in contract.fields]
    )
    return pa.table([columns[field.name] for field in contract.fields], schema=schema)


def unpivoted(
    unpivot: Unpivot, fields: Mapping[str, pa.Array], cells: Mapping[tuple[str, str], pa.Array]
) -> dict[str, pa.ChunkedArray]:
    """The rows made long: one a measure that has any value. `cells` are by heading and field name."""
    parts: list[pa.Table] = []
    for code, measure in unpivot.measures.items():
        there = {name: cells[heading, name] for name, heading in measure.items() if (heading, name) in cells}
        if there:
            length = len(next(iter(there.values())))
            into = Column(Column.constant(None, pa.null(), length).indices, pa.array([code])).rows()
            part = pa.table({**fields, **there, unpivot.into: into})
            parts.append(part.filter(_any_valid(list(there.values()))))
    long = pa.concat_tables(parts).unify_dictionaries()
    return {name: long[name] for name in long.column_names}


def _any_valid(arrays: Sequence[pa.Array]) -> pa.Array:
    valid = pc.is_valid(arrays[0])
    for array in arrays[1:]:
        valid = pc.or_(valid, pc.is_valid(array))
    return valid
