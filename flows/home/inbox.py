"""The inbox: which files wait in it, and what the folders between say of them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from schemas.submissions import Period
from schemas.tables import DATASETS
from warehouse.ledger.store import SenderHints

_NOT_SENT = ("~$", ".", "Thumbs.db", "desktop.ini")  # what Office and file managers leave behind


def scan(inbox: Path, settle_seconds: float) -> tuple[list[Path], tuple[str, ...]]:
    """The regular files that keep their size for that time, oldest first; a sentence on each link or growing file."""
    found = list(_walk(inbox))
    files = [path for path in found if not path.is_symlink()]
    before = {file: _size(file) for file in files}
    if files:
        time.sleep(settle_seconds)
    settled = [file for file in files if _size(file) == before[file]]
    sentences = ["A link in the inbox was left there. Put the file itself in its place."] * (len(found) - len(files))
    growing = len(files) - len(settled)
    sentences += ["A file in the inbox is still being written. The next run will take it."] * growing
    return sorted(settled, key=lambda file: (file.stat().st_mtime, str(file))), tuple(sentences)


def hints_of_place(inbox: Path, file: Path) -> SenderHints:
    """What the folders between the inbox and the file say: the organisation first, then dataset, period, source."""
    organisation, *others = (*file.parent.relative_to(inbox).parts, "")
    hints = SenderHints(organisation=organisation)
    for part in filter(None, others):
        if part in DATASETS:
            hints = replace(hints, dataset=part)
        elif _is_period(part):
            hints = replace(hints, period=part)
        else:
            hints = replace(hints, source=part)
    return hints


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _walk(folder: Path) -> Iterator[Path]:
    """Every file and link below the folder, in order of names. Nothing where there is no folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():  # rglob would pass over what it may not read
        if path.name.startswith(_NOT_SENT):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file() or path.is_symlink():
            yield path


def _size(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns
