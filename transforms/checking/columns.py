"""A column in two parts: its distinct values, and which of them each row holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types


@dataclass(frozen=True)
class Column:
    """`indices` (int32, NULL for a blank cell) point into `values`, of which some may be NULL or alike."""

    indices: pa.Array
    values: pa.Array

    @classmethod
    def of(cls, cells: pa.ChunkedArray) -> Column:
        """From a dictionary column of a chunk."""
        array = cells.combine_chunks()
        array = array.chunk(0) if hasattr(array, "chunk") else array
        return cls(array.indices, array.dictionary)

    @classmethod
    def constant(cls, value: object, kind: pa.DataType, rows: int) -> Column:
        """The same value in every row; None makes a column of NULLs."""
        return cls(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([value], kind))

    def with_values(self, values: pa.Array) -> Column:
        """The same rows with other values in the same order."""
        return Column(self.indices, values)

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

    def is_missing(self) -> pa.Array:
        """Which rows have no value."""
        held = pc.is_valid(self.values).take(self.indices)
        return pc.invert(pc.fill_null(held, False))
