"""Checked cells to the contract's rows: a column for each field, unusable rows rejected, wide rows made long."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Contract, Dataset, Field, pseudonym_of
from schemas.findings import Finding
from schemas.layouts import Unpivot, WordFlag
from transforms.checking.columns import Column, grouped, repeated
from transforms.checking.validate import Cell, CellRules, CheckedCells
from transforms.checking.values import read, without_odd
from transforms.pseudonymise import Pseudonymiser


def fields_of(
    cell_rules: CellRules, table: pa.Table, cells: Mapping[Cell, Column], row_numbers: pa.Array
) -> tuple[dict[str, Column], list[Finding]]:
    """A column for each field of the contract, save those that the unpivot makes; and W012 for word lists."""
    layout, rows, findings = cell_rules.layout, len(table), list[Finding]()
    fields = {name: cells[cell] for name, cell in cell_rules.cell_of.items()}
    for heading, flag in layout.words.items():
        if heading in table.column_names:
            column, odd = without_odd(Column.of(table[heading]), heading, row_numbers)
            fields[flag.to] = _flagged(column, flag)
            findings += [Finding("W012", heading), *odd]
    for name, text in layout.constants.items():
        field = layout.contract.field(name)
        value = read(field, pa.array([text]), layout, cell_rules.codelists.get(field.codelist))
        fields[name] = Column.constant(value, rows)
    for field in layout.contract.fields:
        if field.name not in fields:
            fields[field.name] = Column.constant(pa.nulls(1, field.arrow_type()), rows)
    for field in (one for one in layout.contract.fields if one.implies):
        found, told = _implied(cell_rules, field, fields, row_numbers)
        fields, findings = fields | found, [*findings, *told]
    return fields, findings


def _implied(
    cell_rules: CellRules, field: Field, fields: Mapping[str, Column], row_numbers: pa.Array
) -> tuple[dict[str, Column], list[Finding]]:
    """The field, without values that the one it implies contradicts, and that one filled where it is blank; W045."""
    layout, codes = cell_rules.layout, fields[field.name]
    if not codes.values.drop_null():
        return {}, []
    means = cell_rules.codelists[field.codelist].wider
    meant = codes.with_values(pa.array([means.get(code) for code in codes.values.to_pylist()], pa.string())).rows()
    meant, said = pc.cast(meant, pa.string()), pc.cast(fields[field.implies].rows(), pa.string())
    is_other = pc.fill_null(pc.not_equal(meant, said), False)
    kept = replace(codes, indices=pc.if_else(is_other, None, codes.indices))
    details = {"field": field.title.lower(), "other": layout.heading(field.implies)}
    told = grouped("W045", layout.heading(field.name), is_other, row_numbers, details)
    return {field.name: kept, field.implies: Column.of_rows(pc.coalesce(said, meant))}, told


def _flagged(column: Column, flag: WordFlag) -> Column:
    """True where one of the words stands in the text, whatever its case; NULL for no text."""
    pattern = r"\b(" + "|".join(map(re.escape, flag.words)) + r")\b"
    is_text = pc.match_substring_regex(column.values, r"\S")
    found = pc.match_substring_regex(column.values, pattern, ignore_case=True)
    return column.with_values(pc.if_else(is_text, found, None))


def rejected(
    cell_rules: CellRules,
    checked: CheckedCells,
    fields: Mapping[str, Column],
    silent: pa.Array,  # rows without any answer, and any field that makes a row one of the dataset
    row_numbers: pa.Array,
) -> tuple[pa.Array, list[Finding]]:
    """Which rows cannot be used, with R001 for the blank cells and R004 for the groups behind it.

    A row whose required cell holds something unusable has its finding already.
    """
    contract, cell_of = cell_rules.layout.contract, cell_rules.cell_of
    headings = {field.name: cell_of.get(field.name, (field.title,))[0] for field in contract.fields}
    findings: list[Finding] = []
    is_out = pa.repeat(False, len(row_numbers))
    for field in contract.fields:
        if field.required and field.name not in cell_rules.layout.unpivoted:
            missing = fields[field.name].is_missing()
            blank = checked.texts[cell_of[field.name]].is_missing() if field.name in cell_of else missing
            blank = pc.and_(blank, missing)
            findings += grouped("R001", headings[field.name], blank, row_numbers, {})
            is_out = pc.or_(is_out, missing)
    excepted = [_is_one_of(fields[name], codes) for name, codes in contract.one_of_not_for.items()]
    groups = {
        group: pc.invert(reduce(pc.or_, excepted, _any_valid(fields[name].rows() for name in group)))
        for group in contract.one_of
    }
    for group, missing in (*groups.items(), (contract.noise_without, silent)):
        not_told = pc.and_not(missing, is_out)  # a row that is out already is not told twice
        names = " or ".join(f'"{headings[name]}"' for name in group)
        names += " or an answer" * (group == contract.noise_without)
        findings += grouped("R004", "", not_told, row_numbers, {"columns": names})
        is_out = pc.or_(is_out, missing)
    return is_out, findings


def pseudonymised(contract: Dataset, fields: Mapping[str, Column], pseudonymiser: Pseudonymiser) -> dict[str, Column]:
    """The fields with each identifier replaced by its pseudonym, `<type>_key`."""
    safe = {name: column for name, column in fields.items() if contract.field(name).kind != "identifier"}
    for field in contract.identifiers:
        column = fields[field.name]
        safe[pseudonym_of(field).name] = column.with_values(pseudonymiser.pseudonyms(field.identifier, column.values))
    return safe


def keys_of_refused(
    contract: Dataset, fields: Mapping[str, Column], pseudonymiser: Pseudonymiser, is_out: pa.Array, numbers: pa.Array
) -> pa.Table:
    """What the rows that are refused belong to, and whom: pseudonyms and row numbers alone."""
    of_staged = {pseudonym_of(field).name: field for field in contract.identifiers}
    columns = {"row_number": numbers.filter(is_out)}
    for name in (*contract.whole_keys, *contract.person_keys):
        field = of_staged.get(name)
        cells = fields[field.name if field else name].filter(is_out).rows()
        if field:  # encoded anew, since only these rows' values are asked for
            column = Column.of_rows(pc.cast(cells, pa.string()))
            cells = pseudonymiser.pseudonyms(field.identifier, column.values).take(column.indices)
        columns[name] = pc.cast(cells, pa.string()) if pa.types.is_dictionary(cells.type) else cells
    return pa.table(columns)


def unpivoted(
    unpivot: Unpivot, fields: Mapping[str, pa.Array], cells: Mapping[tuple[str, str], pa.Array]
) -> dict[str, pa.ChunkedArray]:
    """The rows made long: one a measure that has any value. `cells` are by heading and field name."""
    parts: list[pa.Table] = []
    for code, measure in unpivot.measures.items():
        there = {name: cells[heading, name] for name, heading in measure.items() if (heading, name) in cells}
        if there:
            length = len(next(iter(there.values())))
            part = pa.table({**fields, **there, unpivot.into: repeated(code, length)})
            parts.append(part.filter(_any_valid(there.values())))
    long = pa.concat_tables(parts).unify_dictionaries()
    return {name: long[name] for name in long.column_names}


def staged(contract: Contract, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The table in the contract's order and types; a text may be dictionary-encoded. KeyError for a missing column."""
    schema = pa.schema(
        [pa.field(field.name, columns[field.name].type, nullable=not field.required) for field in contract.fields]
    )
    return pa.table([columns[name] for name in contract.names], schema=schema)


def _is_one_of(column: Column, codes: tuple[str, ...]) -> pa.Array:
    return column.rows_where(pc.is_in(column.values, pa.array(codes)))


def _any_valid(arrays: Iterable[pa.Array]) -> pa.Array:
    return reduce(pc.or_, map(pc.is_valid, arrays))
