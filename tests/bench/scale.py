"""Print what months of many organisations cost, and what a correction among them does.

`python -m tests.bench.scale [ORGANISATIONSxMONTHS ...]` (20x12 unless given). CPU seconds are user and system, of all
processes of a command; on Linux also of those that outlive it, such as the worker. A share is what a correction takes
above the start (an empty run), of what a rebuild takes above it.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.months import correct, prepare, send

SETTLED = 2.5  # seconds after which no run waits for a file
ADOPT = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): processes that outlive their parent become ours
STEPS = ("land", "ingest", "curate", "disclosure", "publish")
HEADINGS = (
    *("files", "files a second", "landing s", "ingest s", "build s", "disclosure s", "release s", "memory MB"),
    *("empty run CPU", "status CPU", "correction CPU", "correction s", "rebuild CPU", "share"),
)


class Spent(NamedTuple):
    """What a command cost: seconds on the clock, and of CPU."""

    clock: float
    cpu: float
    said: str


def measure(size: str, folder: Path) -> list[str]:
    """What stands under the headings for `20x12`: twenty organisations and twelve months."""
    organisations, months = map(int, size.split("x"))
    home = folder / size
    codes = prepare(home, organisations)
    files = send(home, codes, months)
    steps = json.loads(_spent(home, "tests.bench.steps").said)
    empty, status = _spent(home, "flows", "run", "--no-server"), _spent(home, "flows", "status")
    correct(home, codes[organisations // 2])
    time.sleep(SETTLED)
    correction = _spent(home, "flows", "run", "--no-server")
    rebuild = _spent(home, "flows", "rebuild")
    share = (correction.cpu - empty.cpu) / (rebuild.cpu - empty.cpu)
    seconds = [steps.get(name, 0.0) for name in STEPS]
    return [
        *(f"{files:,}", f"{files / (seconds[0] + seconds[1]):.0f}", *(f"{one:.1f}" for one in seconds)),
        *(f"{steps['megabytes']:,}", f"{empty.cpu:.2f}", f"{status.cpu:.2f}", f"{correction.cpu:.2f}"),
        *(f"{correction.clock:.1f}", f"{rebuild.cpu:.1f}", f"{share:.1%}"),
    ]


def _spent(home: Path, *module: str) -> Spent:
    environment = os.environ | {"RESEARCH_CULTURE_HOME": str(home)}
    before, started = _cpu(), time.perf_counter()
    program = [sys.executable, "-m", *module]
    said = subprocess.run(program, check=True, capture_output=True, text=True, env=environment).stdout
    seconds = time.perf_counter() - started
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return Spent(seconds, _cpu() - before, said)


def _cpu() -> float:
    """CPU seconds of every process of ours that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sizes = sys.argv[1:] or ["20x12"]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT, 1)
    with tempfile.TemporaryDirectory() as name:
        measured = [measure(size, Path(name)) for size in sizes]
    table = Table("", *sizes)
    for heading, *row in zip(HEADINGS, *measured, strict=True):
        table.add_row(heading, *row)
    Console().print(table)
