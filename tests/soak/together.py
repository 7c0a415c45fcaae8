"""Several processes at once: runs that race for one inbox, and readers of releases while they are made."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import duckdb

from tests.lib.walk import counts
from tests.soak.home import DONE, FORK, Tally, ask, command, look, make, run, send, sent, start
from warehouse.release.current import is_intact

ANOTHER_RUN = 5  # exit code: set-up, here that another run is under way
READERS = 8
HALVES = ("medical_and_dental", "nursing_and_midwifery")  # of each file sent here, always equal


def races(folder: Path, times: int, draw: random.Random) -> Tally:
    """Two runs at once over one inbox, again until both have ended well; then each file must count once."""
    tally, home = Tally("runs that race"), folder / "home"
    make(home)
    for number in range(times):
        for place, code in enumerate(("ZZ1", "ZZ2")):
            people = 100 + 2 * number + place
            send(home, f"{code}/{number}.csv", counts(medical=people, nurses=people))
        files = sent(home)
        both = [start(command, home, "run", "--no-server")]
        time.sleep(draw.uniform(0, 0.3))
        both.append(start(command, home, "run", "--no-server"))
        for one in both:
            one.join()
        codes = [one.exitcode for one in both]
        again = run(home)
        found = ask(look, home)
        tally.tried += 1
        tally.lost += sum(found.landed[one] == 0 for one in files)
        tally.doubled += sum(found.landed[one] > 1 for one in files)
        is_well = again == 0 and set(codes) <= {*DONE, ANOTHER_RUN} and found.is_shown and not found.waiting
        tally.stuck += not (is_well and all(found.states[one] == "loaded" for one in files))
    return tally


def readers(folder: Path, releases: int, draw: random.Random) -> Tally:
    """Open the analysts' file, the release and what is current, all the while that releases are made."""
    tally, home = Tally("openings by readers"), folder / "home"
    make(home)
    with FORK.Pool(READERS, initializer=_begin, initargs=(stop := FORK.Event(),)) as pool:
        answers = [pool.apply_async(_read, (home,)) for _ in range(READERS)]
        for _ in range(releases):
            people = draw.randrange(100, 10_000)
            send(home, "ZZ1/next.csv", counts(medical=people, nurses=people))
            tally.stuck += run(home) != 0
        stop.set()
        for answer in answers:
            opened, failed, torn = answer.get()
            tally.tried += opened
            tally.stuck += failed
            tally.torn += torn
    tally.note = f"{READERS} readers, {releases} releases"
    return tally


_stopped: Any = None


def _begin(stop: Any) -> None:
    global _stopped
    _stopped = stop


def _read(home: Path) -> tuple[int, int, int]:
    """How often something was opened until the end; of these, how often it could not be, and was not whole."""
    opened = failed = torn = 0
    while not _stopped.is_set():
        for is_whole in (_is_analyst_file_whole, _is_release_whole, _is_pointer_whole):
            opened += 1
            try:
                torn += not is_whole(home)
            except (OSError, duckdb.Error, ValueError):
                failed += 1
    return opened, failed, torn


def _is_analyst_file_whole(home: Path) -> bool:
    """One file sent is one count twice over: a mixture of two would not be."""
    with duckdb.connect(home / "restricted" / "analyst.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "SELECT organisation_code, max(people_count) - min(people_count), count(*) FROM core.fct_population"
            " WHERE staff_group_code IN (?, ?) GROUP BY ALL",
            HALVES,
        ).fetchall()
    return sorted(rows) == [("ZZ1", 0, 2), ("ZZ2", 0, 2)]


def _is_release_whole(home: Path) -> bool:
    """Every file that the manifest of the release on show names is there with its content."""
    pointer = json.loads((home / "released" / "current.json").read_text(encoding="utf-8"))
    return is_intact(home / "released" / pointer["folder"], pointer["manifest_sha256"])


def _is_pointer_whole(home: Path) -> bool:
    """`released/current` opens, with the DuckDB file of a release in it."""
    (file,) = (home / "released" / "current").glob("*.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        answer = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone()
    return bool(answer and answer[0])
