"""Backup and restore: the record as one file, a tar whose last part, SHA256SUMS, `sha256sum -c` reads too.

The key is never in it.
"""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flows.errors import UsageError
from flows.home.record import missing
from flows.settings import Settings
from warehouse.db import files
from warehouse.ledger.store import Ledger

_LEDGER, _SUMS = "ledger.sqlite", "SHA256SUMS"
_FOLDERS = ("config", "landing", "labels", "staged", "proposed", "released", "history")
_RESTRICTED = ("restricted/withdrawn", "restricted/unrecorded")
_BLOCK_BYTES = 1 << 20


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, content: BinaryIO) -> None:
        self._content, self._digest = content, hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self._content.read(size)
        self._digest.update(block)
        return block

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def backup(settings: Settings, ledger: Ledger, to: Path, now: datetime) -> tuple[str, ...]:
    """Write the record into a new file, or into one in the folder `to`. Returns a sentence on it.

    The file has its name once it is whole and on disk. Raises UsageError where it may not be written there, OSError.
    """
    target = to / f"research-culture-{now:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
    if target.exists() or not target.parent.is_dir():
        raise UsageError("name a folder that is there, or a new file in one")
    if target.resolve().is_relative_to(settings.home.resolve()):
        raise UsageError("a backup must lie outside the home folder; choose another place, best on another disk")
    copy = settings.home / f".{_LEDGER}-copy"
    try:
        with files.replacing(target, 0o600) as draft:
            draft.touch(0o600)
            files.copy_sqlite(settings.ledger, copy)
            sums = dict(_write(settings, copy, draft))
    finally:
        copy.unlink(missing_ok=True)
    return (
        *missing(settings, ledger),
        f"Wrote {target}: {len(sums):,} files of the record. Keep it as safe as landing: it holds identifiers.",
        "The key is not in it: keep a copy of that apart, where information governance approves.",
    )


def _write(settings: Settings, ledger_copy: Path, draft: Path) -> Iterator[tuple[str, str]]:
    """Write the tar; each file's name in it and its SHA-256."""
    sums = ""
    with tarfile.open(draft, "w", dereference=True) as archive:
        for path, name in [*_record(settings.home), (ledger_copy, _LEDGER)]:
            info = archive.gettarinfo(path, name)
            if path.is_dir():
                archive.addfile(info)
                continue
            with path.open("rb") as content:
                hashed = _Hashed(content)
                archive.addfile(info, hashed)  # type: ignore[arg-type]  # of which it reads only
            sums += f"{hashed.sha256}  {name}\n"
            yield name, hashed.sha256
        info = tarfile.TarInfo(_SUMS)
        info.size = len(sums.encode())
        archive.addfile(info, io.BytesIO(sums.encode()))


def _record(home: Path) -> Iterator[tuple[Path, str]]:
    """The folders and files of the record, but for drafts, the ledger and what names the current release."""
    for folder in (home / name for name in (*_FOLDERS, *_RESTRICTED)):
        for path in (folder, *sorted(folder.rglob("*"))) if folder.is_dir() else ():
            name = path.relative_to(home).as_posix()
            if not path.is_symlink() and "/." not in name and not f"{name}/".startswith("released/current/"):
                yield path, name


def restore(settings: Settings, file: Path) -> tuple[str, ...]:
    """Put a backup into a home whose ledger holds nothing. Returns sentences on what to do next.

    In a home with landed files, what is there stays, and only what is missing is put back. Stopped half-way, the same
    again ends it. Raises UsageError, with nothing changed, where there is a record or the backup is not whole; OSError.
    """
    with Ledger(settings.ledger, "") as ledger:
        if ledger.audit_head().entry:
            raise UsageError(
                "this home has a record; set RESEARCH_CULTURE_HOME to a new folder, or move ledger.sqlite out of this"
                " one, and type `research-culture restore FILE` again"
            )
    draft = settings.home / ".restore"
    _remove(draft)
    try:
        _unpack(file, draft)
        _place(draft, settings)
    finally:
        _remove(draft)
    return (
        "The record is back. The key was not in the backup: put your copy of it in its place, and if that is another"
        " than before, type `research-culture init --key PATH`.",
        "Then `research-culture run` builds the tables. Erasures and withdrawals made after the backup must be made"
        " again.",
    )


def _remove(draft: Path) -> None:
    for path in draft.rglob("*"):
        path.chmod(0o700)  # Windows removes no read-only file
    shutil.rmtree(draft, ignore_errors=True)


def _place(draft: Path, settings: Settings) -> None:
    """Move the unpacked files to where they belong, the ledger last."""
    is_new, touched = not any(settings.landing.iterdir()), set[Path]()
    for path in sorted(draft.rglob("*")):
        target = settings.home / path.relative_to(draft)
        if path.is_dir() and not target.exists():
            target.mkdir(mode=0o700, parents=True)
            target.chmod(path.stat().st_mode & 0o777)
        elif path.is_file() and path.name != _LEDGER and (is_new or not target.exists()):
            path.replace(target)
            touched.add(target.parent)
    for folder in touched:
        files.flush(folder)
    for left in settings.home.glob(f"{_LEDGER}*"):  # an empty ledger, or what lay beside one that was moved away
        settings.unrecorded.mkdir(mode=0o700, parents=True, exist_ok=True)
        left.replace(settings.unrecorded / left.name)
    files.move(draft / _LEDGER, settings.ledger)


def _unpack(file: Path, draft: Path) -> None:
    """Write what is in the backup below `draft`, flushed. Raises UsageError where it is not what was backed up."""
    found, told = {}, ""
    draft.mkdir(mode=0o700)
    try:
        with tarfile.open(file, "r:") as archive:
            for member in (one for one in archive if (draft / one.name).resolve().is_relative_to(draft.resolve())):
                path, content = draft / member.name, archive.extractfile(member) if member.isfile() else None
                if content is None:
                    path.mkdir(parents=True, exist_ok=True)
                    path.chmod(member.mode | 0o700)
                elif member.name == _SUMS:
                    told = content.read().decode()
                else:
                    found[member.name] = _copy(_Hashed(content), path, member.mode)  # type: ignore[arg-type]
    except tarfile.TarError:
        told = ""
    if _LEDGER not in told:
        raise UsageError("that file is no backup, or not a whole one; nothing was changed. Use another copy")
    sums = dict(line.split("  ", 1)[::-1] for line in told.splitlines())
    if wrong := {name for name, _ in sums.items() ^ found.items()}:
        raise UsageError(f"the backup is damaged, in {len(wrong):,} files; nothing was changed. Use another copy")


def _copy(content: _Hashed, path: Path, mode: int) -> str:
    path.touch(0o600)
    with path.open("wb") as target:
        while block := content.read(_BLOCK_BYTES):
            target.write(block)
    files.flush(path)
    path.chmod(mode & 0o777)
    return content.sha256
