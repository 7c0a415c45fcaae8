"""What people see: sentences and tables that fit the terminal, plain text otherwise, JSON for machines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from flows.judging.look import Looked

# A cell that ends in one of these words has its colour too
_COLOURS = {
    **dict.fromkeys(("problem", "overdue", "rejected", "refused"), "bold red"),
    **dict.fromkeys(("held", "due", "landed"), "yellow"),
    **dict.fromkeys(("fine", "loaded"), "green"),
}
_NARROWEST = 12  # of a column whose text is folded


def is_terminal() -> bool:
    """True where a person sees what is printed, and no file or program takes it."""
    return sys.stdout.isatty()


def say(*sentences: str) -> None:
    """Print sentences, a line each, without a terminal's control characters; a terminal's lines break at words."""
    for sentence in sentences:
        sys.stdout.write(fitted(_printable(sentence), is_terminal()) + "\n")


def fitted(text: str, is_shown: bool) -> str:
    """The text in lines that fit the terminal, each command (`...`) whole; as it is where no terminal shows it."""
    width = get_terminal_size().columns
    return "\n".join(_wrapped(line, width) for line in text.split("\n")) if is_shown else text


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    whole = re.sub(r"`[^`]*`", lambda command: command[0].replace(" ", "\0"), line)
    label = re.match(r"\S.{0,25}?\S {2,}(?=\S)", line)  # what follows it stays beside it
    indent = " " * (len(label[0]) if label else len(line) - len(line.lstrip()) + 2)
    lines = wrap(whole, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace("\0", " ")


def say_json(data: object) -> None:
    """Print one JSON document, with dates and paths as text."""
    sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")


def show_table(
    title: str, rows: Sequence[Mapping[str, Any]], *, is_coloured: bool = False, is_paged: bool = False, gap: int = 2
) -> None:
    """Print a table in a terminal, and tab-separated lines elsewhere. Nothing for no rows.

    Where a terminal is too narrow for its columns, each row is a block with one value a line. `is_coloured` gives words
    of state their colour; `is_paged` opens a pager for what is longer than the screen.
    """
    if not rows:
        return
    headings = list(rows[0])
    cells = [[_printable(str(value)) for value in row.values()] for row in rows]
    if not is_terminal():
        say(*filter(None, (title,)), "\t".join(headings), *("\t".join(row) for row in cells))
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    natural = [max(map(len, "\n".join(column).split("\n"))) for column in zip(headings, *cells, strict=True)]
    least = [natural[0], *(min(width, _NARROWEST) for width in natural[1:])]
    shown: list[Any] = [_table(title, headings, cells, least, gap, is_coloured)]
    height = len(rows) + 2
    if sum(least) + gap * (len(least) - 1) > console.width:
        title = title or "The columns are too wide for this terminal: each value has a line."
        shown = [title, *_blocks(headings, cells, console.width)]
        height = len(shown) - 1
    with console.pager() if is_paged and height > console.height else nullcontext():
        console.print(*shown, sep="\n")


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def _table(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    least: Sequence[int],
    gap: int,
    is_coloured: bool,
) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, padding=(0, gap, 0, 0), pad_edge=False)
    for number, heading in enumerate(headings):
        # The first says which; a narrow terminal folds the others, and cuts none.
        table.add_column(Text(heading), no_wrap=number == 0, overflow="fold", min_width=least[number])
    for row in rows:
        table.add_row(*(Text(cell, _colour(cell) if is_coloured else "") for cell in row))
    return table


def _colour(cell: str) -> str:
    return _COLOURS.get(cell.rpartition("\n")[2].rpartition(" ")[2], "")


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Each row with one value a line, for columns that do not fit beside one another."""
    indent = max(map(len, headings)) + 2
    for number, row in enumerate(rows, 1):
        yield f"{number:,} of {len(rows):,}"
        for name, value in zip(headings, row, strict=True):
            first, *others = wrap(value, max(width - indent, _NARROWEST), break_on_hyphens=False) or [""]
            yield f"{name:<{indent}}{first}".rstrip()
            yield from (" " * indent + line for line in others)


def show_looked(looked: Looked, *, as_json: bool) -> None:
    """Print how a file would be read, in at most 100 columns."""
    found = [one.sentence for one in looked.findings if "mapping" not in one.details]  # none has come back yet
    if as_json:
        say_json({"sentences": looked.sentences, "columns": looked.columns, "findings": found})
        return
    say(*looked.sentences)
    show_table("Columns", [{name: _cut(text, name) for name, text in row.items()} for row in looked.columns])
    say(*([""] if found else []), *(f"  - {sentence}" for sentence in found))


def _cut(text: str, column: str) -> str:
    width = 11 if column.startswith("row") else 22
    return text if len(text) <= width else f"{text[: width - 1]}…"
