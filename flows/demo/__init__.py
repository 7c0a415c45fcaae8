"""Makes the demo: a year of fictional organisations' exports, some with mistakes, and then the corrections.

What is sent stands in data/; how a file looks, in its layout. `prepare_home` declares the organisations, `write_round`
writes the files into the inbox.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.demo.answers import filled_mapping
from flows.demo.senders import Sender
from flows.demo.sending import Sending, layout_of, read_demo, read_mistakes
from flows.home.setup import CALENDAR, ORGANISATIONS, TARGETS
from schemas.rulebook import load_rulebook
from schemas.submissions import Period

__all__ = ["prepare_home", "read_mistakes", "write_round"]


def prepare_home(home: Path) -> None:
    """Declare in `config/` the fictional organisations, their targets and what is due, replacing the files.

    Raises OSError.
    """
    file = home / "config" / "organisations.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(ORGANISATIONS)
        writer = csv.writer(out)
        for code, about in read_demo()["organisation"].items():
            if not about.get("is_undeclared"):
                writer.writerow((code, about["name"], about["type"], about["nation"], "yes", about.get("system", "")))
    for name, headings in (("targets", TARGETS), ("calendar", CALENDAR)):
        lines = "\n".join((headings.strip(), *read_demo()[name], ""))
        file.with_name(f"{name}.csv").write_text(lines, encoding="utf-8")


def write_round(home: Path, number: int, months: int = 12, seed: int = 20260930) -> list[Path]:
    """Write a round of files into `inbox/`: 1 is the months up to September 2026, 2 the corrections to round 1.

    Returns the files in the order written; the same seed gives the same bytes. Raises OSError.
    """
    rules = load_rulebook(home / "config")
    written = []
    for sending in _sendings(read_demo(), months, seed):
        for name, content in sending.files(rules, number).items():
            written.append(_put(home / "inbox" / sending.place / name, content))
    answers = filled_mapping(home / "findings", layout_of("unseen", rules), rules) if number > 1 else None
    if answers:
        written.append(_put(home / "inbox" / "mapping.xlsx", answers))
    return written


def _put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _sendings(demo: dict[str, Any], months: int, seed: int) -> Iterator[Sending]:
    """What every organisation sends in those months, the earliest first; some send the month before them too."""
    senders = {code: Sender(code, demo, seed) for code in demo["organisation"]}
    last = Period.parse(demo["last_month"]).start
    for before in reversed(range(months + 1)):
        year, month = divmod(last.year * 12 + last.month - 1 - before, 12)
        period = Period.parse(f"{year}-{month + 1:02d}")
        for file in demo["file"]:
            if before % file["months_between"] == 0 and (before < months or file.get("has_opening")):
                own = Period.parse(file["period"]) if "period" in file else period  # such as a whole year
                yield Sending(senders[file["organisation"]], file, own)
