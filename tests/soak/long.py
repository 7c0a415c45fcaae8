"""Many submissions one after another: what one costs, and what the process holds, early and late."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import load_settings
from tests.lib.walk import counts
from tests.soak.home import Tally, ask, declare, look, send, sent
from warehouse.build import checks

MONTHS = 40


def many(folder: Path, submissions: int, draw: random.Random) -> Tally:
    """So many small files of as many slots, taken in one run; what a file costs in its second and its last tenth."""
    tally, home = Tally("submissions in one run"), folder / "home"
    ask(_make, home, submissions, draw)
    files = sent(home)
    tenth = max(1, len(files) // 10)
    used, held = ask(_run, home, tenth)
    found = ask(look, home)
    tally.tried = len(files)
    tally.lost = sum(found.landed[one] == 0 for one in files)
    tally.doubled = sum(found.landed[one] > 1 for one in files)
    tally.stuck = sum(state != "loaded" for state in found.states.values())
    early, late = (1000 * (used[last] - used[last - 1]) / tenth for last in (2, -1))
    tally.note = f"{early:.0f} -> {late:.0f} ms CPU a file, {held[1]} -> {held[-1]} MB"
    return tally


def _make(home: Path, submissions: int, draw: random.Random) -> None:
    from flows.home.setup import make_home

    os.environ["RESEARCH_CULTURE_HOME"] = str(home)
    make_home(load_settings(), home.with_suffix(".key"), auto_approve=True)
    codes = [f"Y{number:03}" for number in range(-(-submissions // MONTHS))]
    declare(home, tuple(codes))
    for number in range(submissions):
        month = number // len(codes)
        day = f"28/{1 + month % 12:02}/{2020 + month // 12}"
        people = draw.randrange(20, 20_000)
        content = counts(medical=people, nurses=people + number).replace("30/09/2026", day)
        send(home, f"{codes[number % len(codes)]}/{number}.csv", content)


def _run(home: Path, tenth: int) -> tuple[list[float], list[int]]:
    """CPU seconds until each tenth of the files, with those of the process that reads; MB that the run held at most."""
    os.setsid()
    os.environ |= {"RESEARCH_CULTURE_HOME": str(home), "RESEARCH_CULTURE_SETTLE_SECONDS": "0"}
    checks._suites = dict
    settings, taken = load_settings(), count()
    used: list[float] = []
    held: list[int] = []

    def sampled(step: Callable[..., Any]) -> Callable[..., Any]:
        def take(*given: Any) -> Any:
            if next(taken) % tenth == 0:
                used.append(_cpu_seconds())
                held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            return step(*given)

        return take

    with exclusive_ledger(settings) as ledger:
        steps = plain_steps(settings, ledger)
        monthly(settings, ledger, replace(steps, ingest=sampled(steps.ingest)), datetime.now(UTC))
    return used, held


def _cpu_seconds() -> float:
    """What this process and those that it has started used so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, _, _, session, *others = stat.read_text().rpartition(")")[2].split()
            if int(session) == os.getpid() != int(stat.parent.name):
                ticks += int(others[7]) + int(others[8])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
