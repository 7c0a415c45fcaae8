"""Runs that are killed at random moments, and runs that the disk fails at one of their durable steps."""

from __future__ import annotations

import errno
import os
import random
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.soak.home import (
    Found,
    Tally,
    ask,
    command,
    compare,
    killed_after,
    look,
    make,
    run,
    send_october,
    sent,
    start,
)

STEPS = ("fsync", "replace", "unlink", "mkdir", "chmod")  # of `os`: what makes a change last
FAILURES = (errno.ENOSPC, errno.EIO, errno.EACCES)
OUR_ERROR = 1


def _ready(folder: Path) -> tuple[Path, list[str], Found, float]:
    """A home with files that wait, what they are, what they must become, and how long a run takes."""
    base, home = folder / "base", folder / "home"  # one path for all: the work database names its files by it
    make(home)
    send_october(home)
    files = sent(home)
    _copy(home, base)
    began = time.monotonic()
    run(home)
    return base, files, ask(look, home), time.monotonic() - began


def _copy(home: Path, to: Path) -> None:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to, symlinks=True)


def kills(folder: Path, times: int, draw: random.Random) -> Tally:
    """Kill a run at a random moment, run again, and compare with a run that was left alone."""
    tally = Tally("runs killed")
    base, files, expected, seconds = _ready(folder)
    for _ in range(times):
        _copy(base, folder / "home")
        tally.tried += 1
        tally.stuck += not killed_after(folder / "home", draw.uniform(0.02, seconds))
        compare(tally, folder / "home", files, expected)
    return tally


def faults(folder: Path, times: int, draw: random.Random) -> Tally:
    """Fail one durable step of a run, whichever, run again, and compare with a run that was left alone."""
    tally = Tally("faults of the disk")
    base, files, expected, _ = _ready(folder)
    _copy(base, folder / "home")
    steps = ask(_count_steps, folder / "home")
    for _ in range(times):
        _copy(base, folder / "home")
        process = start(_run_with_fault, folder / "home", draw.randrange(steps), draw.choice(FAILURES))
        process.join()
        tally.tried += 1
        tally.stuck += process.exitcode == OUR_ERROR  # a fault of the disk is no error of ours
        compare(tally, folder / "home", files, expected)
    tally.note = f"at {steps} steps"
    return tally


def _count_steps(home: Path) -> int:
    calls = _failing(-1, 0)
    with suppress(SystemExit):
        command(home, "run", "--no-server")
    return len(calls)


def _run_with_fault(home: Path, at: int, failure: int) -> None:
    _failing(at, failure)
    command(home, "run", "--no-server")


def _failing(at: int, failure: int) -> list[str]:
    """From now on the step of that number fails, once. The list grows by each step's name."""
    calls: list[str] = []

    def counted(name: str, step: Any) -> Any:
        def take(*given: Any, **named: Any) -> Any:
            calls.append(name)
            if len(calls) == at + 1:
                raise OSError(failure, os.strerror(failure), str(given[0]))
            return step(*given, **named)

        return take

    for name in STEPS:
        setattr(os, name, counted(name, getattr(os, name)))
    return calls
