"""The inbox: which files wait in it, and what the folders between say of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from schemas.submissions import Period
from schemas.tables import DATASETS
from warehouse.ledger.store import SenderHints

_NOT_SENT = ("~$", ".", "Thumbs.db", "desktop.ini")  # what Office and file managers leave behind


def scan(inbox: Path, settle_seconds: float) -> tuple[list[Path], tuple[str, ...]]:
    """The regular files that keep their size for that time, oldest first; a sentence on each link or growing file."""
    found = [path for path in sorted(inbox.rglob("*")) if _is_sent(path.relative_to(inbox).parts, path)]
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


def _is_sent(parts: Sequence[str], path: Path) -> bool:
    return not any(part.startswith(_NOT_SENT) for part in parts) and (path.is_file() or path.is_symlink())


def _size(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns
