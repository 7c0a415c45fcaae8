"""Try to lose, double, tear or jam something, many times, and print what came of it.

`python -m tests.soak [SCALE [TRIAL...]]`: with 0.1 a tenth of the times; all trials unless some are named.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak.home import Tally
from tests.soak.kills import faults, kills
from tests.soak.long import many
from tests.soak.malformed import malformed
from tests.soak.together import races, readers

SEED = 9
TRIALS: dict[Callable[[Path, int, random.Random], Tally], int] = {
    kills: 300,
    faults: 60,
    races: 50,
    readers: 200,
    many: 2000,
    malformed: 1000,  # last: it starts threads, and a process with threads must not fork
}


def main(scale: float, *names: str) -> int:
    """The trials of these names, or every one, so many times its number; 0 where nothing came to harm."""
    table = Table(*Tally.headings(), "minutes")
    is_well = True
    for trial, times in TRIALS.items():
        if names and trial.__name__ not in names:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            tally = trial(Path(folder), max(1, round(times * scale)), random.Random(SEED))
        Console(stderr=True).print(tally)
        table.add_row(*map(str, vars(tally).values()), f"{(time.monotonic() - began) / 60:.1f}")
        is_well = is_well and tally.is_well
    Console(width=140).print(table)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1] if len(sys.argv) > 1 else 1), *sys.argv[2:]))
