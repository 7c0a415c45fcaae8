"""Which release shows: folders, pointer and `current/` are made what the ledger says, wherever a run was stopped."""

import filecmp
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from warehouse.db import files
from warehouse.ledger import release_log
from warehouse.ledger.audit import Head
from warehouse.ledger.release_log import Decision, ReleaseRecord
from warehouse.ledger.store import Ledger

POINTER = "current.json"
CURRENT = "current"
_CHANGED = (
    "The folder of release {release_id}, the current one, is gone or a file in it was changed: restore"
    " released/{release_id} from a backup, or type `research-culture withdraw {release_id} --reason TEXT`."
)
_LOG = "A log that another program had written beside the database of release {release_id} was removed."
HELD_OPEN = "is open in another program: close it and run again; until then the last release is still there."


def show_current(ledger: Ledger, places: Mapping[str, Path]) -> tuple[str, ...]:
    """Make `places` (a folder by decision) and the pointer what the ledger says; doing it again changes nothing.

    What was never recorded as proposed is removed, and the folder of a declined release too; pages stay. Returns a
    sentence for each file that another program holds open, and where the current release's folder is gone or changed.
    """
    made, shown, released = release_log.releases(ledger), release_log.current(ledger), places[Decision.APPROVED]
    approved = [release for release in made if release.decision is Decision.APPROVED]
    told = [*_remove_logs(places)]
    told += _put(approved, places)  # before the pointer names one of them, and the others after it has left them
    if shown is None:
        told += _point_to_nothing(released)
    elif not is_intact(released / shown.release_id, shown.manifest_sha256):
        told.append(_CHANGED.format(release_id=shown.release_id))
    if shown is not None and (released / shown.release_id).is_dir():
        told += point_to(released, shown.release_id, shown.manifest_sha256, ledger.audit_head())
    told += _put([release for release in made if release not in approved], places)
    _remove_unrecorded(places[Decision.PROPOSED], {release.release_id for release in made})
    return tuple(told)


def _remove_logs(places: Mapping[str, Path]) -> Iterator[str]:
    """Remove what DuckDB would read as part of a release's database; a sentence for each."""
    found = (log for place in places.values() for log in place.glob("*/*.wal"))
    for log in (log for log in found if log.parent.name != CURRENT):
        try:
            log.unlink()
            yield _LOG.format(release_id=log.parent.name)
        except PermissionError:
            yield f"The database of release {log.parent.name} {HELD_OPEN}"


def is_intact(folder: Path, manifest_sha256: str) -> bool:
    """True where the manifest is the one that the ledger knows, and each file the one that the manifest describes."""
    manifest = folder / "manifest.json"
    if not manifest.is_file() or files.sha256(manifest) != manifest_sha256:
        return False
    described = json.loads(manifest.read_bytes())["files"]
    return all(
        (folder / name).is_file() and files.sha256(folder / name) == about["sha256"]
        for name, about in described.items()
    )


def move(folder: Path, place: Path) -> None:
    """Move a release's folder, whole, in one step. Raises OSError, PermissionError where a file of it is open."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.move(folder, place / folder.name)


def _put(releases: list[ReleaseRecord], places: Mapping[str, Path]) -> Iterator[str]:
    """Each release's folder where its decision says, or nowhere; a sentence for each that is held open."""
    for release in releases:
        wanted = places.get(release.decision)
        for folder in (place / release.release_id for place in places.values() if place != wanted):
            if folder.is_dir():
                try:
                    move(folder, wanted) if wanted else shutil.rmtree(folder)
                except PermissionError:
                    yield f"A file of release {release.release_id} is open in another program: close it and run again."


def _remove_unrecorded(proposed: Path, release_ids: set[str]) -> None:
    for path in proposed.iterdir() if proposed.is_dir() else ():
        if path.is_dir() and path.name not in release_ids:
            shutil.rmtree(path)
        elif path.stem not in release_ids:
            path.unlink()


def point_to(released: Path, release_id: str, manifest_sha256: str, audit_head: Head) -> tuple[str, ...]:
    """Make the release the current one: `current.json` in one step, then the convenience folder `current/`.

    The folder is a relative link where the system allows one, else its files are replaced one by one. Returns a
    sentence for each file that another program holds open: there the last release is still current.
    """
    pointer = {"release_id": release_id, "folder": release_id, "manifest_sha256": manifest_sha256}
    there = read_pointer(released) or {}
    if {name: there.get(name) for name in pointer} != pointer:
        text = json.dumps({**pointer, "audit_head": audit_head._asdict()}, indent=2) + "\n"
        files.write(released / POINTER, text.encode())
    if _link(released, release_id):
        return ()
    return tuple(_refresh(released / CURRENT, released / release_id))


def read_pointer(released: Path) -> Mapping[str, Any] | None:
    """The current release's `release_id`, `folder` (under `released`), `manifest_sha256` and the audit log's head when
    it began to show; None where none shows or the file is damaged, which the next run mends."""
    try:
        pointer = json.loads((released / POINTER).read_bytes())
        return pointer if {"release_id", "folder", "manifest_sha256", "audit_head"} <= pointer.keys() else None
    except (FileNotFoundError, ValueError, AttributeError):
        return None


def _point_to_nothing(released: Path) -> Iterator[str]:
    current = released / CURRENT
    (released / POINTER).unlink(missing_ok=True)
    if current.is_symlink():
        current.unlink()
    yield from _refresh(current, None)


def _link(released: Path, name: str) -> bool:
    """Point `current` at the folder in one step; False where the system or an older copy there does not allow it."""
    link = released / f".{CURRENT}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(name, target_is_directory=True)
        link.replace(released / CURRENT)
    except OSError:
        with suppress(OSError):
            link.unlink(missing_ok=True)
        return False
    return True


def _remove_obstacles(current: Path, names: set[str]) -> None:
    """Remove a link, files that stand where a folder is to be, and folders where a file is."""
    if current.is_symlink():
        current.unlink()
    for path in (current, *(current / part for name in names for part in (*Path(name).parents, Path(name)))):
        is_file_to_be = path.relative_to(current).as_posix() in names
        if path.is_file() and not is_file_to_be:
            path.unlink()
        elif path.is_dir() and is_file_to_be:
            shutil.rmtree(path)


def _refresh(current: Path, folder: Path | None) -> Iterator[str]:
    """Make the files of `current` those of the folder, one by one; a sentence for each that is held open and left."""
    names = files.names(folder) if folder else set()
    _remove_obstacles(current, names)
    for name in sorted(names | files.names(current)):
        target = current / name
        try:
            if folder is None or name not in names:
                target.unlink()
            elif not (target.is_file() and filecmp.cmp(folder / name, target, shallow=False)):
                target.parent.mkdir(parents=True, exist_ok=True)
                with files.replacing(target) as draft:
                    shutil.copyfile(folder / name, draft)
        except PermissionError:
            yield f"{current.parent.name}/{current.name}/{name} {HELD_OPEN}"
