"""A column in two parts, its distinct values and which of them each row holds; and the findings on rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from schemas.findings import SHOWN_ROWS, Finding


@dataclass(frozen=True)
class Column:
    """`indices` (int32, NULL for a blank cell) point into `values`, of which some may be NULL or alike."""

    indices: pa.Array
    values: pa.Array

    @classmethod
    def of(cls, cells: pa.ChunkedArray) -> Column:
        """From a dictionary column of a chunk, less the texts that stood only in rows that were left out of it."""
        array = cells.combine_chunks()
        if pc.count_distinct(array.indices).as_py() < len(array.dictionary):
            return cls.of_rows(pc.cast(array, pa.string()))
        return cls(array.indices, array.dictionary)

    @classmethod
    def of_rows(cls, rows: pa.Array) -> Column:
        """From one plain value a row."""
        coded = rows.dictionary_encode()
        return cls(coded.indices, coded.dictionary)

    @classmethod
    def constant(cls, values: pa.Array, rows: int) -> Column:
        """The one value in every row."""
        return cls(pa.repeat(pa.scalar(0, pa.int32()), rows), values)

    def with_values(self, values: pa.Array) -> Column:
        """The same rows with other values in the same order."""
        return Column(self.indices, values)

    def without(self, places: Iterable[int]) -> Column:
        """The same rows, with NULL for the values at those places."""
        return self.with_values(pc.if_else(self._flags(places), None, self.values))

    def filter(self, kept: pa.Array) -> Column:
        """Only the rows for which `kept` is true."""
        return Column(self.indices.filter(kept), self.values)

    def rows(self) -> pa.Array:
        """One value a row; texts as a dictionary array without doubles, other kinds plain."""
        if not types.is_string(self.values.type):
            return self.values.take(self.indices)
        coded = self.values.dictionary_encode()
        return pa.DictionaryArray.from_arrays(coded.indices.take(self.indices), coded.dictionary)

    def rows_where(self, flags: pa.Array) -> pa.Array:
        """Which rows hold a value that `flags` (one a distinct value) marks; blank rows do not."""
        return pc.fill_null(flags.take(self.indices), False)

    def rows_at(self, places: Iterable[int]) -> pa.Array:
        """Which rows hold a value at one of those places."""
        return self.rows_where(self._flags(places))

    def newly_null(self, other: Column) -> list[int]:
        """Where a value of this column is none in another of the same places."""
        return pc.indices_nonzero(pc.and_(pc.is_valid(self.values), pc.is_null(other.values))).to_pylist()

    def is_missing(self) -> pa.Array:
        """Which rows have no value."""
        return pc.invert(self.rows_where(pc.is_valid(self.values)))

    def findings(
        self, code: str, heading: str, details: Mapping[int, Mapping[str, str]], row_numbers: pa.Array
    ) -> list[Finding]:
        """One finding for all rows whose values have the same `details`, which are by place of the value."""
        alike: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
        for place, one in details.items():
            alike[tuple(one.items())].append(place)
        return [
            finding
            for one, places in alike.items()
            for finding in grouped(code, heading, self.rows_at(places), row_numbers, dict(one))
        ]

    def _flags(self, places: Iterable[int]) -> pa.Array:
        flags = np.zeros(len(self.values), dtype=bool)
        flags[list(places)] = True
        return pa.array(flags)


def repeated(text: str, rows: int) -> pa.Array:
    """The same text in every row, as a dictionary array."""
    return Column.constant(pa.array([text]), rows).rows()


def grouped(
    code: str, column: str, flags: pa.Array, row_numbers: pa.Array, details: Mapping[str, str]
) -> list[Finding]:
    """One finding for all the rows that `flags` marks; none for no rows."""
    rows = row_numbers.filter(flags)
    return [Finding(code, column, tuple(rows[:SHOWN_ROWS].to_pylist()), len(rows), details)] if len(rows) else []
