"""Attack the release of a home, and print what can be worked out: `python -m tests.attack HOME [LEVEL...]`.

The true counts come from the home's work database; the attacker reads the release only.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table as Printed

from tests.attack.files import hashes_of_what_was_sent, out_of_order
from tests.attack.judge import Table, attack, kept_share, read_state
from tests.attack.system import Level, Rests

LEVELS: dict[str, tuple[Level, Rests, bool]] = {  # what is laid together, what is known of rests and of our rules
    "each item alone": ("item", "none", False),
    "all items of a metric": ("metric", "none", False),
    "all metrics, parts may leave some out": ("all", "unknown", False),
    "all metrics, parts add up": ("all", "none", False),
    "and what is printed is of 11 or more": ("all", "none", True),
}
HEADINGS = (
    "level",
    "withheld",
    "1-10 exact",
    "1-10 bounded",
    "0 known",
    "0 bounded",
    "nobody in it",
    "figures broken",
    "seconds",
)
MOST = 40


def main(home: Path, *names: str) -> int:
    """Print the table, and of the last level what its findings rest on; 0 where nothing was found."""
    folder, console, found = home / "released" / "current", Console(width=180), []
    state = read_state(folder, home / "warehouse" / "work.duckdb")
    beside = {
        "Tables whose rows lie as they were made": out_of_order(folder),
        "Files with a hash of what was sent": hashes_of_what_was_sent(folder, home / "ledger.sqlite"),
    }
    for title, there in beside.items():
        console.print(f"{title}: {', '.join(there) or 'none'}.")
    printed = Printed(*HEADINGS, title="figures (different counts)")
    for title, (level, rests, rules) in LEVELS.items():
        if not names or any(name in title for name in names):
            found.append(attack(level, rests, state, title=title, knows_rules=rules))
            printed.add_row(*found[-1].line())
    console.print(printed)
    shown, safe = kept_share(state)
    console.print(f"Of {safe:,} figures that are safe by themselves {shown:,} are shown ({100 * shown / safe:.1f} %).")
    for table in found[-2:]:
        _explain(console, table)
    return int(any(table.every for table in found) or any(beside.values()))


def _explain(console: Console, table: Table) -> None:
    console.print(f"\nLeft out, as it is not so: {dict(table.dropped)}\nWhat the findings of `{table.title}` rest on:")
    for reason, count in table.reasons().most_common(MOST):
        console.print(f"{count:5,}  {reason}", highlight=False)
        for example in table.examples(reason)[:2]:
            console.print(f"         {example}", highlight=False)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
