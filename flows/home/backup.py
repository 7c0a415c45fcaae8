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

from flows.errors import UsageError
from flows.home.record import missing
from flows.settings import Settings
from schemas.findings import counted
from warehouse.db import files
from warehouse.ledger.store import Ledger

_LEDGER, _SUMS = "ledger.sqlite", "SHA256SUMS"
_FOLDERS = ("config", "landing", "labels", "staged", "proposed", "released", "history")
_RESTRICTED = ("restricted/withdrawn", "restricted/unrecorded")


def backup(settings: Settings, ledger: Ledger, to: Path, now: datetime) -> tuple[str, ...]:
    """Write the record into a new file, or into one in the folder `to`. Returns a sentence on it.

    The file has its name once it is whole and on disk. Raises UsageError where it may not be written there, OSError.
    """
    target = to / f"research-culture-{now:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
    if not target.parent.is_dir() or (not to.is_dir() and target.suffix != ".tar"):
        raise UsageError(f"there is no folder {to}; make it first, or name a new file that ends in .tar")
    if target.exists():
        raise UsageError(f"{target} is there already; name a new file, or a folder")
    if target.resolve().is_relative_to(settings.home.resolve()):
        raise UsageError("a backup must lie outside the home folder; choose another place, best on another disk")
    copy = settings.home / f".{_LEDGER}-copy"
    try:
        with files.replacing(target, 0o600) as draft:
            draft.touch(0o600)
            files.copy_sqlite(settings.ledger, copy)
            count = _write(settings.home, copy, draft)
    finally:
        copy.unlink(missing_ok=True)
    return (
        *missing(settings, ledger),
        f"Wrote {target}: {counted(count, 'file')} of the record. Keep it as safe as landing: it holds identifiers.",
        "The key is not in it: keep a copy of that apart, where information governance approves.",
    )


def _write(home: Path, ledger_copy: Path, draft: Path) -> int:
    """Write the tar; how many files it holds."""
    with tarfile.open(draft, "w", dereference=True) as archive:
        for path, name in [*_record(home), (ledger_copy, _LEDGER)]:
            archive.add(path, name, recursive=False)
    with tarfile.open(draft) as archive:
        sums = _sums(archive, home)
    content = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()).encode()
    with tarfile.open(draft, "a") as archive:
        info = tarfile.TarInfo(_SUMS)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return len(sums)


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
    _check(file, settings.home)
    with tarfile.open(file) as archive:
        _place(archive, settings)
    return (
        "The record is back. The key was not in the backup: put your copy of it in its place, and if that is another"
        " than before, type `research-culture init --key PATH`.",
        "Then `research-culture run` builds the tables. Erasures and withdrawals made after the backup must be made"
        " again.",
    )


def _check(file: Path, home: Path) -> None:
    """Raise UsageError where the file is no backup, or does not hold what was backed up."""
    try:
        with tarfile.open(file, "r:") as archive:
            found = _sums(archive, home)
            archive.getmember(_LEDGER)
            told = _content(archive, archive.getmember(_SUMS)).read().decode()
    except (tarfile.TarError, KeyError):
        raise UsageError("that file is no backup, or not a whole one; nothing was changed. Use another copy") from None
    sums = dict(line.split("  ", 1)[::-1] for line in told.splitlines())
    if wrong := {name for name, _ in sums.items() ^ found.items()}:
        raise UsageError(
            f"the backup is damaged, in {counted(len(wrong), 'file')}; nothing was changed. Use another copy"
        )


def _sums(archive: tarfile.TarFile, home: Path) -> dict[str, str]:
    """The SHA-256 of each file of the record, by its name. Raises tarfile.TarError where the archive is cut."""
    files_in = (one for one in _members(archive, home) if one.isfile())
    return {one.name: hashlib.file_digest(_content(archive, one), "sha256").hexdigest() for one in files_in}


def _members(archive: tarfile.TarFile, home: Path) -> Iterator[tarfile.TarInfo]:
    """The files and folders of the record, but for names that lead out of the home."""
    inside = (one for one in archive if (home / one.name).resolve().is_relative_to(home.resolve()))
    return (one for one in inside if one.name != _SUMS)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> io.BufferedReader:
    content = archive.extractfile(member)
    assert isinstance(content, io.BufferedReader)  # it is a file
    return content


def _place(archive: tarfile.TarFile, settings: Settings) -> None:
    """Write the files to where they belong, the ledger last."""
    is_new = not any(settings.landing.iterdir())
    for member in _members(archive, settings.home):
        target = settings.home / member.name
        if member.isdir() and not target.exists():
            target.mkdir(mode=0o700)
            target.chmod(member.mode & 0o777)
        elif member.isfile() and target != settings.ledger and (is_new or not target.exists()):
            _put(archive, member, target)
    for left in settings.home.glob(f"{_LEDGER}*"):  # an empty ledger, or what lay beside one that was moved away
        settings.unrecorded.mkdir(mode=0o700, parents=True, exist_ok=True)
        left.replace(settings.unrecorded / left.name)
    _put(archive, archive.getmember(_LEDGER), settings.ledger)


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    with files.replacing(target, member.mode & 0o777) as draft:
        draft.touch(0o600)
        with draft.open("wb") as copy:
            shutil.copyfileobj(_content(archive, member), copy)
