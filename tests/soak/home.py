"""A small home to be killed in: made, sent files, run in processes of their own, compared with what it must be."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flows.__main__ import main
from flows.home.setup import make_home
from flows.settings import load_settings
from tests.lib.people import EMPLOYEE, GMC, plans
from tests.lib.walk import COUNTS_LAYOUT, PLAN_LAYOUT, counts
from warehouse.build import checks
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

# A fork starts at once, and is killed at work and not while it imports. The process that forks has no threads: it
# asks nothing of DuckDB or Arrow itself.
FORK = multiprocessing.get_context("fork")
DONE = (0, 3)  # exit codes of a run that came to its end: nothing wrong, or a file refused
PEOPLE = plans((GMC, EMPLOYEE), ("7654321", "E2"))


@dataclass
class Tally:
    """What came of one kind of trouble, tried so many times."""

    what: str
    tried: int = 0
    lost: int = 0  # sent files or rows that are nowhere
    doubled: int = 0  # that count twice
    torn: int = 0  # read half, or with other content than was written
    stuck: int = 0  # not as they must be after the next run
    note: str = ""

    @property
    def is_well(self) -> bool:
        """True where all counts of harm are nought."""
        return not (self.lost or self.doubled or self.torn or self.stuck)

    @classmethod
    def headings(cls) -> list[str]:
        """The names of what is counted."""
        return [field.name for field in fields(cls)]


def start(function: Callable[..., Any], *given: Any) -> BaseProcess:
    """The function, begun in a process of its own."""
    process = FORK.Process(target=function, args=given)
    process.start()
    return process


def ask(function: Callable[..., Any], *given: Any) -> Any:
    """What the function answers in a process of its own."""
    answer, send = FORK.Pipe(duplex=False)
    process = start(lambda: send.send(function(*given)))
    send.close()
    try:
        return answer.recv()
    finally:
        process.join()


def command(home: Path, *words: str) -> None:
    """The command line in this process, in that home and without a word; ends the process with its exit code."""
    os.setsid()
    os.environ |= {"RESEARCH_CULTURE_HOME": str(home), "RESEARCH_CULTURE_SETTLE_SECONDS": "0"}
    checks._suites = dict  # contracts check; the suites of Great Expectations would cost each run their import
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    sys.argv = ["research-culture", *words]
    main()


def run(home: Path) -> int:
    """`research-culture run --no-server` to its end; its exit code, negative for the signal that ended it."""
    process = start(command, home, "run", "--no-server")
    process.join()
    return process.exitcode or 0


def killed_after(home: Path, seconds: float) -> bool:
    """The same, killed after so many seconds; False where something of it lives on."""
    process = start(command, home, "run", "--no-server")
    process.join(seconds)
    with suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    return _has_ended(process.pid or 0, patience=20)


def _has_ended(session: int, patience: float) -> bool:
    """True once no process of the session is left; what is left at the end of the patience is ended."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if not _members(session):
            return True
        time.sleep(0.05)
    for one in _members(session):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    return False


def _members(session: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found


def make(home: Path) -> None:
    """A home with two organisations, three submissions and a release that is approved."""
    os.environ["RESEARCH_CULTURE_HOME"] = str(home)
    make_home(load_settings(), home.with_suffix(".key"), auto_approve=True)
    declare(home, ("ZZ1", "ZZ2"))
    send(home, "ZZ1/a.csv", counts(medical=50, nurses=50))
    send(home, "ZZ2/a.csv", counts(medical=60, nurses=60))
    send(home, "ZZ1/2026-09/plans.csv", PEOPLE)
    assert run(home) == 0, "a home in which nothing is wrong must come to a release"


def declare(home: Path, codes: tuple[str, ...]) -> None:
    """Organisations, and layouts for small files of counts and of job plans."""
    lines = [f"{code},Fictional Trust {code},trust,england,yes\n" for code in codes]
    with (home / "config" / "organisations.csv").open("a", encoding="utf-8") as file:
        file.writelines(lines)
    for name, text in (("population/counts", COUNTS_LAYOUT), ("job_plan/plans", PLAN_LAYOUT)):
        layout = home / "config" / "layouts" / f"{name}.toml"
        layout.parent.mkdir(parents=True, exist_ok=True)
        layout.write_text(text, encoding="utf-8")


def send(home: Path, place: str, content: str) -> None:
    """Put a file into the inbox."""
    path = home / "inbox" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def send_october(home: Path) -> None:
    """Four files: a new month, a correction, people, and one that nobody can use."""
    send(home, "ZZ1/b.csv", counts(medical=51, nurses=49).replace("30/09", "31/10"))
    send(home, "ZZ2/b.csv", counts(medical=61, nurses=59))
    send(home, "ZZ1/2026-10/plans.csv", PEOPLE.replace("7654321", "7654322"))
    send(home, "ZZ2/poison.csv", 'Who,Group,Day,Count\nheadcount,"All staff,31/10/2026,1\n')


def sent(home: Path) -> list[str]:
    """SHA-256 of each file that waits in the inbox."""
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in (home / "inbox").rglob("*.csv")]


@dataclass(frozen=True)
class Found:
    """What a home has come to: how often each content landed, states by content, what the release says."""

    landed: Counter[str]
    states: dict[str, str]
    content_hash: str
    is_shown: bool  # the release that the ledger calls current is the one on show
    waiting: int


def look(home: Path) -> Found:
    """What the home has come to."""
    with Ledger(home / "ledger.sqlite", "soak") as ledger:
        submissions, current = ledger.submissions(), release_log.current(ledger)
    landed = Counter(
        s.sha256
        for s in submissions
        if (file := home / "landing" / s.landed_name).is_file()
        and hashlib.sha256(file.read_bytes()).hexdigest() == s.sha256
    )
    shown = json.loads((home / "released" / "current.json").read_text(encoding="utf-8"))
    waiting = sum(1 for file in (home / "inbox").rglob("*") if file.is_file())
    is_shown = current is not None and shown["release_id"] == current.release_id
    return Found(
        landed,
        {s.sha256: str(s.state) for s in submissions},
        current.content_hash if current else "",
        is_shown,
        waiting,
    )


def compare(tally: Tally, home: Path, files: list[str], expected: Found) -> None:
    """Run once more, and count what is not as if nothing had happened."""
    codes = [run(home), run(home)]
    found = ask(look, home)
    tally.lost += sum(found.landed[one] == 0 for one in files)
    tally.doubled += sum(found.landed[one] > 1 for one in files)
    tally.torn += found.content_hash != expected.content_hash
    is_well = codes[0] in DONE and codes[1] == 0 and found.states == expected.states and not found.waiting
    tally.stuck += not (is_well and found.is_shown)
