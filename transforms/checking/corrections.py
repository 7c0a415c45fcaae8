"""What a layout says of its source's defects: exchanged columns are put back, other defects told."""

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from schemas.findings import Finding
from schemas.layouts import KnownDefect, Layout, Swap
from transforms.checking.columns import Column, grouped
from transforms.checking.validate import THE_VALUE


def apply_corrections(table: pa.Table, layout: Layout, row_numbers: pa.Array) -> tuple[pa.Table, list[Finding]]:
    """The table with its exchanged columns put back, and the warnings that the layout declares."""
    findings = [f for defect in layout.all_defects for f in _known_defect(table, defect, layout, row_numbers)]
    for swap in layout.swaps:
        table, found = _swap(table, swap, row_numbers)
        findings += found
    return table, findings


def _swap(table: pa.Table, swap: Swap, row_numbers: pa.Array) -> tuple[pa.Table, list[Finding]]:
    if not {*swap.columns, *swap.when} <= set(table.column_names):
        return table, []
    conditions = ((Column.of(table[heading]), value) for heading, value in swap.when.items())
    hits = (column.rows_where(pc.equal(pc.utf8_trim_whitespace(column.values), value)) for column, value in conditions)
    flags = reduce(pc.and_, hits, pa.repeat(True, len(table)))
    one, other = (pc.cast(table[heading].combine_chunks(), pa.string()) for heading in swap.columns)
    exchanged = pc.if_else(flags, other, one), pc.if_else(flags, one, other)
    for heading, cells in zip(swap.columns, exchanged, strict=True):
        table = table.set_column(table.column_names.index(heading), heading, cells.dictionary_encode())
    names = " and ".join(f'"{heading}"' for heading in swap.columns)
    return table, grouped("W005", "", flags, row_numbers, {"columns": names})


def _known_defect(table: pa.Table, defect: KnownDefect, layout: Layout, row_numbers: pa.Array) -> list[Finding]:
    if defect.column not in table.column_names:
        return []
    column = Column.of(table[defect.column])
    if defect.is_one:
        return [Finding(defect.code, defect.column)] if len(pc.unique(column.indices)) > 1 else []
    if defect.not_after:
        return _after(table, defect, layout, row_numbers)
    if not defect.equals and not defect.contains:
        return [Finding(defect.code, defect.column)]
    details = {}
    for place, text in enumerate(column.values.to_pylist()):
        is_equal = text.strip() in defect.equals
        if is_equal or (defect.contains and defect.contains in text):
            details[place] = {"value": f'"{text}"' if is_equal or layout.contract.is_national else THE_VALUE}
    return column.findings(defect.code, defect.column, details, row_numbers)


def _after(table: pa.Table, defect: KnownDefect, layout: Layout, row_numbers: pa.Array) -> list[Finding]:
    """Rows whose time lies after that of the other column; by days where that says no time of day."""
    if defect.not_after not in table.column_names:
        return []
    start, end = (_times(Column.of(table[heading]), layout) for heading in (defect.column, defect.not_after))
    day, first = (pc.floor_temporal(times, unit="day") for times in (end, start))
    is_before = pc.less(end, pc.if_else(pc.equal(end, day), first, start))
    details = {"earlier": defect.column}
    return grouped(defect.code, defect.not_after, pc.fill_null(is_before, False), row_numbers, details)


def _times(column: Column, layout: Layout) -> pa.Array:
    """The time of each row by the first of the layout's forms that fits; NULL where none does."""
    texts = pc.utf8_trim_whitespace(column.values)
    found = (pc.strptime(texts, format=form, unit="s", error_is_null=True) for form in layout.date_formats)
    return reduce(pc.coalesce, found).take(column.indices)
