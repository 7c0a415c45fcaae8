"""Files and folders that are there whole or not at all: written as a draft, flushed to disk, then renamed."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def flush(path: Path) -> None:
    """Flush a file or folder to disk. Windows cannot open folders: there the rename itself must do."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move(path: Path, target: Path) -> None:
    """Give a file or folder another name or place in one step, and flush both folders.

    Raises PermissionError where another program has it or the target open.
    """
    path.replace(target)
    flush(target.parent)
    if path.parent != target.parent:
        flush(path.parent)


def put_folder(draft: Path, target: Path) -> None:
    """Flush a folder and all that is in it, then give it its name; a folder that bore it is removed."""
    for path in (*sorted(draft.rglob("*")), draft):
        flush(path)
    shutil.rmtree(target, ignore_errors=True)
    move(draft, target)


def sha256(file: Path) -> str:
    """SHA-256 of the file's bytes. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_sqlite(database: Path, target: Path) -> None:
    """Copy an SQLite database as it is at one moment, also while others use it; a target that is there is replaced."""
    target.unlink(missing_ok=True)
    target.touch(0o600)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def names(folder: Path) -> set[str]:
    """The files in a folder and the folders in it, as `csv/metric_value.csv` from there."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


@contextmanager
def replacing(target: Path, mode: int | None = None) -> Iterator[Path]:
    """A path for a draft beside the target. After the block the draft is flushed and takes the target's place.

    It gets the rights `mode`, if given. Where the block fails or removes the draft, the target stays as it was. Raises
    PermissionError where another program has the target open.
    """
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        yield draft
        if draft.exists():
            flush(draft)
            draft.chmod(draft.stat().st_mode if mode is None else mode)
            move(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(*folders: Path) -> None:
    """Remove the drafts that a stopped run left in these folders."""
    for draft in (draft for folder in folders for draft in folder.glob(".*.draft*")):
        shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def write(target: Path, content: bytes, mode: int = 0o666) -> None:
    """Replace a file by other content in one step; from the start only those whom `mode` names may read it."""
    with replacing(target) as draft:
        draft.touch(mode, exist_ok=False)
        draft.write_bytes(content)
