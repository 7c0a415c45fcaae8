"""Faults of the machine by name, at each step that makes something durable: no room, a failing disk, no rights.

Whatever the step, the officer reads one sentence, nothing is lost or half there, and the next run ends the work.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.errors import MACHINE, explain
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.walk import Put, Run, counts
from warehouse.db import exports, files
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

FAULTS = {
    errno.ENOSPC: ("SQLITE_FULL", "there is no room left on the disk or share"),
    errno.EIO: ("SQLITE_IOERR_FSYNC", "the disk or share could not be read or written"),
    errno.EACCES: ("SQLITE_READONLY", "a file or folder of the home may not be opened or written"),
}
STEPS = r"""
the copy of a file is flushed            | flush  | landing/[.].*         | ENOSPC
the copy waits for the ledger            | rename | landing/[.]\d.*       | EACCES
landing's folder is flushed              | flush  | landing               | EIO
the submission is recorded               | commit | land                  | ENOSPC
the copy gets its name                   | rename | landing/\d.*          | EACCES
staged rows are flushed                  | flush  | staged/.*parquet      | EIO
staged rows get their name               | rename | staged/\d.*          | EACCES
the folder of staged rows is flushed     | flush  | staged                | EIO
what became of the file is recorded      | commit | loaded                | ENOSPC
a table of the release is written        | write  | proposed/.*           | ENOSPC
a file of the release is flushed         | flush  | proposed/.*json       | EIO
the release gets its name                | rename | proposed/\d.*        | EACCES
the figures of people are kept           | rename | history/\d.*         | EACCES
the folder of those figures is flushed   | flush  | history               | EIO
the proposal is recorded                 | commit | proposed              | EACCES
the release goes where all may read      | rename | released/\d.*        | EACCES
its place is flushed                     | flush  | released              | EIO
its approval is recorded                 | commit | approved              | EIO
the pointer is flushed                   | flush  | released/.*json.draft | ENOSPC
the pointer gets its name                | rename | released/current.json | EACCES
the analysts' file is written            | write  | restricted/.*         | ENOSPC
the analysts' file gets its name         | rename | restricted/.*         | EIO
"""
TABLE = [tuple(cell.strip() for cell in line.split("|")) for line in STEPS.strip().splitlines()]


def at(settings: Settings, path: Path, where: str) -> bool:
    return path.is_relative_to(settings.home) and bool(re.fullmatch(where, path.relative_to(settings.home).as_posix()))


def broken(kept: Callable[..., Any], problem: Exception, is_there: Callable[..., bool]) -> Callable[..., Any]:
    """The function, that raises the problem where it is called there."""

    def failing(*args: Any, **kwargs: Any) -> Any:
        if is_there(*args):
            raise problem
        return kept(*args, **kwargs)

    return failing


def break_step(patch: pytest.MonkeyPatch, settings: Settings, doing: str, where: str, code: int) -> None:
    """Let each such step end with that error of the system."""
    system, change = OSError(code, os.strerror(code)), Ledger.change
    written = duckdb.IOException(f"Could not write: {os.strerror(code)}")
    in_ledger = sqlite3.OperationalError(os.strerror(code))
    in_ledger.sqlite_errorname = FAULTS[code][0]

    @contextmanager
    def broken_change(ledger: Ledger, now: Any, action: str, *args: Any, **detail: Any) -> Iterator[Any]:
        with change(ledger, now, action, *args, **detail) as record:
            yield record
            if action == where:
                raise in_ledger

    if doing == "commit":
        patch.setattr(Ledger, "change", broken_change)
    elif doing == "flush":
        patch.setattr(files, "flush", broken(files.flush, system, lambda path: at(settings, path, where)))
    elif doing == "rename":
        patch.setattr(Path, "replace", broken(Path.replace, system, lambda _, target: at(settings, target, where)))
    else:
        for name in ("write_database", "copy_database", "write_parquet"):
            kept = getattr(exports, name)
            patch.setattr(exports, name, broken(kept, written, lambda _, path, *__: at(settings, path, where)))


def require_whole(settings: Settings, sent: bytes) -> None:
    """Fail where the file sent is nowhere, or what shows is not all there."""
    kept = [file for folder in (settings.inbox, settings.landing) for file in folder.rglob("*") if file.is_file()]
    assert sent in [file.read_bytes() for file in kept]
    pointer = settings.released / "current.json"
    if not pointer.is_file():
        return
    current = json.loads(pointer.read_text())
    folder = settings.released / current["folder"]
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == current["manifest_sha256"]
    for name, told in json.loads((folder / "manifest.json").read_text())["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told["sha256"]


def test_runs_that_are_stopped_at_each_step_in_turn_lose_nothing_and_the_last_ends_the_work(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = counts(medical=50, nurses=70).encode()
    put("ZZ1/a.csv", sent)
    for step, doing, where, name in TABLE:
        code = getattr(errno, name)
        with monkeypatch.context() as patch:
            break_step(patch, settings, doing, where, code)
            with pytest.raises((OSError, sqlite3.Error, duckdb.Error)) as stopped:
                run()
        failure, sentence = explain(stopped.value), FAULTS[code][1]
        assert (step, failure.exit_code, str(failure)[: len(sentence)]) == (step, MACHINE, sentence)
        require_whole(settings, sent)
    run()
    require_whole(settings, sent)
    with Ledger(settings.ledger, "tester") as ledger:
        (only,) = ledger.submissions()
        assert only.state is State.LOADED
        current = release_log.current(ledger)
    assert current is not None
    assert json.loads((settings.released / "current.json").read_text())["release_id"] == current.release_id
    with duckdb.connect(settings.analyst_file, read_only=True) as connection:
        assert connection.execute("SELECT sum(people_count) FROM core.fct_population").fetchall() == [(120,)]
    drafts = [path for path in settings.home.rglob(".*") if path.name != ".current"]
    assert (list(settings.inbox.rglob("*.csv")), drafts) == ([], [])
    assert {path.name for path in settings.landing.iterdir()} == {only.landed_name}
