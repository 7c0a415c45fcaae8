"""Staged Parquet as it lies there: under which key its people stand, who they are beside each other, rows taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import STAGED
from warehouse.db.files import replacing

KEY_ID = "key_id"
PEOPLE = {  # staged table -> its columns of pseudonyms, by type of identifier
    table: {name.removesuffix("_key"): name for name in contract.names if name.endswith("_key")}
    for table, contract in STAGED.items()
    if KEY_ID in contract.names
}


def key_ids(folder: Path) -> frozenset[str]:
    """The ids of the keys that made the pseudonyms in a staged folder; none where it holds no person's rows."""
    found: set[str] = set()
    for file in _files(folder):
        about = pq.read_metadata(file)
        place = about.schema.names.index(KEY_ID)
        for group in range(about.num_row_groups):
            ends = about.row_group(group).column(place).statistics
            found |= {ends.min, ends.max} if ends and ends.has_min_max else set()
    return frozenset(found)


def people(folder: Path) -> Iterator[Mapping[str, str]]:
    """The distinct combinations of pseudonyms in a staged folder's rows, by type of identifier, blank ones left out."""
    for file in _files(folder):
        columns = PEOPLE[file.stem]
        rows = pq.read_table(file, columns=list(columns.values())).group_by(list(columns.values())).aggregate([])
        for row in rows.to_pylist():
            yield {kind: row[name] for kind, name in columns.items() if row[name] is not None}


def values(column: pa.ChunkedArray) -> set[str]:
    """The distinct values that a file holds for some rows of a column, also those that no row has any more."""
    is_coded = pa.types.is_dictionary(column.type)
    held = (value for chunk in column.chunks for value in (chunk.dictionary if is_coded else chunk.unique()))
    return {text for value in held if (text := value.as_py()) is not None}


def mapped(table: pa.Table, name: str, change: Callable[[str], str]) -> pa.Table:
    """The table with each text of a column changed, once a distinct one."""
    place = table.column_names.index(name)
    coded = table.column(place).cast(pa.string()).combine_chunks().dictionary_encode()
    new = pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string())
    column = pa.DictionaryArray.from_arrays(coded.indices, new)
    return table.set_column(place, table.schema.field(name), column.cast(table.schema.field(name).type))


def row_count(folder: Path) -> int:
    """How many of the sender's rows a staged folder holds, over all its sheets."""
    counted = (
        pc.count_distinct(pq.read_table(file, columns=["row_number"])["row_number"]).as_py() for file in _files(folder)
    )
    return sum(counted)


def rewrite(folder: Path, change: Callable[[str, pa.Table], pa.Table]) -> bool:
    """Replace each file of people's rows by what `change` (of the table's name and some rows) makes of it, durably.

    A file that stays as it is is left alone. Returns whether any was replaced.
    """
    replaced = [_rewritten(file, change) for file in _files(folder)]
    return any(replaced)


def _rewritten(file: Path, change: Callable[[str, pa.Table], pa.Table]) -> bool:
    is_changed = False
    with replacing(file, 0o600) as draft:
        with pq.ParquetFile(file) as source, pq.ParquetWriter(draft, source.schema_arrow) as writer:
            for batch in source.iter_batches():
                before = pa.Table.from_batches([batch])
                after = change(file.stem, before)
                is_changed = is_changed or after is not before
                writer.write_table(_compact(after))
        if not is_changed:
            draft.unlink()
    return is_changed


def _compact(table: pa.Table) -> pa.Table:
    """The table with dictionaries of its own rows' values alone: a value without a row would be written too."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            values = table.column(place).cast(field.type.value_type).combine_chunks().dictionary_encode()
            table = table.set_column(place, field, values.cast(field.type))
    return table


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.parquet") if file.stem in PEOPLE)
