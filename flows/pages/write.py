"""Pages as they are written: on the frame of the dashboards, in one step, with the folder's rights."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.page import render
from warehouse.db import files
from warehouse.db.connection import ask_rows


def write_page(path: Path, template: str, context: Mapping[str, object]) -> None:
    """Write the page. Who may read its folder may read it. Raises OSError."""
    page = render(template, context, folder=Path(__file__).parent, styles=("style.css", "pages.css"))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.write(path, page.encode(), 0o600 | path.parent.stat().st_mode & stat.S_IRGRP)


def asked(database: Path, sql: str) -> list[Mapping[str, Any]]:
    """The rows of an answer; none where there is no such file, or it is of a version that had no such table."""
    try:
        return ask_rows(database, sql) if database.is_file() else []
    except ValueError:
        return []
