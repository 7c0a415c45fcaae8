"""Rows that are no rows of the dataset: they say nothing, or hardly a cell of them can be used."""

from collections.abc import Iterable, Mapping
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.checking.columns import Column
from transforms.checking.survey import Answered
from transforms.checking.validate import CellRules, CheckedCells

FEW = 3  # from so many unusable cells in a row on, the row may be what is wrong
SHARE = 4  # and it is, where so many cells are unusable for each one that is not


def set_aside(
    cell_rules: CellRules, table: pa.Table, cells: CheckedCells, fields: Mapping[str, Column], answered: Answered
) -> dict[str, pa.Array]:
    """By the finding's code, which rows to leave out with one finding, before anything is said of their cells.

    Where that would be most rows, those with unusable cells stay, and their cells are told: the columns are wrong.
    """
    bad = _unusable(cell_rules, cells, answered, len(table))
    silent = says_nothing(cell_rules, fields, answered, len(table))
    is_bad, unreadable = pa.array(bad > 0), _is_unreadable(cell_rules, table, cells, answered, bad)
    if _count(pc.and_(is_bad, pc.or_(silent, unreadable))) > max(FEW, len(table) // 2):
        silent, unreadable = pc.and_not(silent, is_bad), pa.repeat(False, len(table))
    is_begun = pc.and_not(_is_only_begun(cell_rules, fields, answered, len(table)), silent)
    return {"W030": silent, "W032": is_begun, "R030": pc.and_not(unreadable, pc.or_(silent, is_begun))}


def says_nothing(cell_rules: CellRules, fields: Mapping[str, Column], answered: Answered, rows: int) -> pa.Array:
    """Which rows hold none of the fields that the contract names, and no answer. A layout's constant says nothing."""
    layout = cell_rules.layout
    names = [name for name in layout.contract.noise_without if name not in layout.constants]
    silent = pa.repeat(bool(layout.contract.noise_without), rows)
    silent = reduce(pc.and_, (fields[name].is_missing() for name in names), silent)
    return pc.and_not(silent, answered.is_answered(rows)) if _count(silent) else silent


def is_unfinished(fields: Mapping[str, Column], rows: int) -> pa.Array:
    """Which responses the survey tool marks as unfinished."""
    column = fields.get("is_complete")
    return column.rows_where(pc.invert(column.values)) if column else pa.repeat(False, rows)


def _is_only_begun(cell_rules: CellRules, fields: Mapping[str, Column], answered: Answered, rows: int) -> pa.Array:
    """Which responses are unfinished and by the layout's rule do not count."""
    unfinished, rule = is_unfinished(fields, rows), cell_rules.layout.unfinished
    if rule != "answered" or not _count(unfinished):
        return unfinished if rule == "left_out" else pa.repeat(False, rows)
    return pc.and_(
        unfinished, pc.and_(fields["is_research_active"].is_missing(), pc.invert(answered.is_answered(rows)))
    )


def _unusable(cell_rules: CellRules, cells: CheckedCells, answered: Answered, rows: int) -> np.ndarray:
    """How many cells of each row are unusable, or blank though they must be filled."""
    bad = np.zeros(rows, np.int16)
    for cell, texts in cells.texts.items():
        broken = pc.and_(pc.is_valid(texts.values), pc.is_null(cells.values[cell].values))
        if _count(broken):
            bad += texts.rows_where(broken).to_numpy(zero_copy_only=False)
        has_blank = texts.indices.null_count or texts.values.null_count
        if has_blank and cell[1].required and cell[1].name not in cell_rules.layout.unpivoted:
            bad += texts.is_missing().to_numpy(zero_copy_only=False)
    return _sum(answered.wrong, bad)


def _is_unreadable(
    cell_rules: CellRules, table: pa.Table, cells: CheckedCells, answered: Answered, bad: np.ndarray
) -> pa.Array:
    """Which rows have hardly a usable cell."""
    flags = bad >= FEW
    if flags.any():
        layout = cell_rules.layout
        asked = [h for h in (*layout.questions, *layout.blocks) if h in table.column_names]
        there = [pc.invert(column.is_missing()) for column in cells.values.values()]
        there += [table[heading].combine_chunks().is_valid() for heading in asked]
        usable = _sum(there, np.zeros_like(bad))
        flags &= SHARE * (usable - _sum(answered.wrong, np.zeros_like(bad))) <= bad
    return pa.array(flags)


def _sum(flags: Iterable[pa.Array], into: np.ndarray) -> np.ndarray:
    for one in flags:
        into += one.to_numpy(zero_copy_only=False)
    return into


def _count(flags: pa.Array) -> int:
    return pc.sum(flags).as_py() or 0
