"""Many submissions one after another: what one costs, and what the process holds, early and late."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import load_settings
from tests.lib.walk import counts
from tests.soak.home import Tally, ask, declare, look, send, sent
from warehouse.build import checks

MONTHS = 40


def many(folder: Path, submissions: int, draw: random.Random) -> Tally:
    """So many small files of as many slots, taken in one run; the median cost of a file early on and at the end."""
    tally, home = Tally("submissions in one run"), folder / "home"
    ask(_make, home, submissions, draw)
    files = sent(home)
    costs, held = ask(_run, home)
    found = ask(look, home)
    tally.tried = len(files)
    tally.lost = sum(found.landed[one] == 0 for one in files)
    tally.doubled = sum(found.landed[one] > 1 for one in files)
    tally.stuck = sum(state != "loaded" for state in found.states.values())
    tenth = max(1, len(costs) // 10)
    early, late = median(costs[tenth : 2 * tenth]), median(costs[-tenth:])
    tally.note = f"{1000 * early:.0f} -> {1000 * late:.0f} ms CPU a file, {held[tenth]} -> {held[-1]} MB"
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


def _run(home: Path) -> tuple[list[float], list[int]]:
    """CPU seconds of each file, and MB that the process held at most by then."""
    os.environ |= {"RESEARCH_CULTURE_HOME": str(home), "RESEARCH_CULTURE_SETTLE_SECONDS": "0"}
    checks._suites = dict
    settings = load_settings()
    costs: list[float] = []
    held: list[int] = []

    def timed(step: Callable[..., Any]) -> Callable[..., Any]:
        def take(*given: Any) -> Any:
            began = time.process_time()
            taken = step(*given)
            costs.append(time.process_time() - began)
            held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            return taken

        return take

    with exclusive_ledger(settings) as ledger:
        steps = plain_steps(settings, ledger)
        monthly(settings, ledger, replace(steps, ingest=timed(steps.ingest)), datetime.now(UTC))
    return costs, held
