"""Staged Parquet as it lies there: under which key its people stand, who they are beside each other, rows taken out."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import STAGED
from warehouse.db.files import replacing, sha256

Change: TypeAlias = Callable[[str, str], str | None]  # of a type of identifier and a pseudonym
Record: TypeAlias = Callable[[str, str, bool], None]  # a table, its file's SHA-256, whether that file is in place

KEY_ID = "key_id"
PEOPLE = {  # staged table -> its columns of pseudonyms, by type of identifier
    table: {name.removesuffix("_key"): name for name in contract.names if name.endswith("_key")}
    for table, contract in STAGED.items()
    if KEY_ID in contract.names
}


def key_ids(folder: Path) -> frozenset[str]:
    """The ids of the keys that made the pseudonyms in a staged folder; none where it holds no person's rows."""
    return frozenset().union(*map(_key_ids, _files(folder)))


def _key_ids(file: Path) -> set[str]:
    return set(pq.read_table(file, columns=[KEY_ID])[KEY_ID].cast(pa.string()).unique().to_pylist())


def people(folder: Path) -> Iterator[Mapping[str, str]]:
    """The distinct combinations of pseudonyms in a staged folder's rows, by type of identifier, blank ones left out."""
    for file in _files(folder):
        columns = PEOPLE[file.stem]
        rows = pq.read_table(file, columns=list(columns.values())).group_by(list(columns.values())).aggregate([])
        for row in rows.to_pylist():
            yield {kind: row[name] for kind, name in columns.items() if row[name] is not None}


def row_count(folder: Path) -> int:
    """How many of the sender's rows a staged folder holds, over all its sheets."""
    counted = (
        pc.count_distinct(pq.read_table(file, columns=["row_number"])["row_number"]).as_py() for file in _files(folder)
    )
    return sum(counted)


def rewrite(folder: Path, change: Change, record: Record, key_id: str = "") -> None:
    """Put what `change` makes of a pseudonym in its place, durably; where that is None, the row goes.

    The rows then stand under `key_id`, if given. A file that stays as it is, or stands under it already, is left alone.
    `record` is told of a new file before it takes the former one's place, and after.
    """
    for file in _files(folder):
        if _key_ids(file) != {key_id}:
            with replacing(file, 0o600) as draft:
                is_rewritten = _is_rewritten(file, draft, change, key_id)
                if is_rewritten:
                    content = sha256(draft)
                    record(file.stem, content, False)
                else:
                    draft.unlink()
            if is_rewritten:
                record(file.stem, content, True)


def _is_rewritten(file: Path, draft: Path, change: Change, key_id: str) -> bool:
    is_changed = bool(key_id)
    with _opened(file) as source, pq.ParquetWriter(draft, source.schema_arrow) as writer:
        for batch in source.iter_batches():
            columns, kept = dict(zip(batch.schema.names, batch.columns, strict=True)), pa.scalar(True)
            for kind, name in PEOPLE[file.stem].items():
                coded = columns[name].dictionary_encode()
                before = coded.dictionary.to_pylist()  # also those that no row has any more
                after = [change(kind, one) for one in before]
                is_changed = is_changed or after != before
                columns[name] = pa.array(after, pa.string()).take(coded.indices)
                kept = pc.and_(kept, pc.equal(columns[name].is_null(), coded.is_null()))
            columns[KEY_ID] = pa.repeat(key_id, batch.num_rows) if key_id else columns[KEY_ID]
            _write(writer, pa.table(columns).filter(kept), batch.schema)
    return is_changed


def remove_rows(file: Path, column: str, values: np.ndarray) -> None:
    """Take the rows that hold one of the values, which ascend, in that column out of a staged file, durably."""
    with replacing(file) as draft, _opened(file) as source, pq.ParquetWriter(draft, source.schema_arrow) as writer:
        for batch in source.iter_batches():
            first, after = (np.searchsorted(values, batch[column], side) for side in ("left", "right"))
            _write(writer, pa.table(batch).filter(pa.array(first == after)), batch.schema)


def _opened(file: Path) -> pq.ParquetFile:
    """The file, to be read a batch at a time: Arrow would keep all that it has read of it."""
    return pq.ParquetFile(file, pre_buffer=False)


def _write(writer: pq.ParquetWriter, rows: pa.Table, schema: pa.Schema) -> None:
    writer.write_table(pa.table([_typed(rows[one.name], one.type) for one in schema], schema))


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """The column in its type; a dictionary holds its own rows' values alone, since one without a row is written too."""
    if not pa.types.is_dictionary(kind):
        return column
    return column.cast(kind.value_type).combine_chunks().dictionary_encode().cast(kind)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.parquet") if file.stem in PEOPLE)
