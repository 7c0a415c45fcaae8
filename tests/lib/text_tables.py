"""Tables as small texts: headings first, cells parted by spaces, `-` for NULL."""

from __future__ import annotations

import duckdb


def parse(text: str) -> list[dict[str, str | None]]:
    """Rows of a text table: headings first, cells parted by spaces, `-` for NULL."""
    headings, *lines = [line.split() for line in text.strip().splitlines()]
    rows = [dict(zip(headings, line, strict=True)) for line in lines]
    return [{name: None if cell == "-" else cell for name, cell in row.items()} for row in rows]


def shown(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query's rows as a text table, sorted; numbers to 9 significant digits."""
    rows = [" ".join(_text(cell) for cell in row) for row in connection.execute(query).fetchall()]
    return "\n".join(sorted(rows))


def lines(text: str) -> str:
    """An expected text table, as `shown` gives it."""
    return "\n".join(sorted(" ".join(line.split()) for line in text.strip().splitlines()))


def _text(cell: object) -> str:
    if cell is None or cell == "":
        return "-" if cell is None else "''"
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)
