"""Pages as single files: the frame, its style and its script inlined, under a strict content policy."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HERE = Path(__file__).parent


@cache
def abbreviations() -> dict[str, str]:
    """What each abbreviation of the pages stands for."""
    return tomllib.loads((HERE / "abbreviations.toml").read_text(encoding="utf-8"))


def spelt_out(page: str) -> str:
    """What the abbreviations in a page's words stand for, each once; '' where it has none."""
    words = re.sub("<[^>]+>", " ", page)
    found = {short: long for short, long in abbreviations().items() if re.search(rf"(?<![\w-]){short}s?\b", words)}
    return " ".join(f"{short}: {long}." for short, long in found.items())


def render(
    template: str,
    context: Mapping[str, object],
    *,
    folder: Path = HERE,
    styles: Sequence[str] = ("style.css",),
    scripts: Sequence[str] = (),
) -> str:
    """The page as text. Templates stand in `folder/templates`, styles and scripts in `folder/static`, or here.

    `context` holds what the template names; base.html itself names `is_fictional`.
    """
    places = (folder, HERE)
    style, script = _joined(places, styles), _joined(places, scripts)
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return (
        _environment(places)
        .get_template(template)
        .render(
            **context, policy=policy, inlined_style=Markup(style), inlined_script=Markup(script), spelt_out=spelt_out
        )
    )


@cache
def _environment(places: Sequence[Path]) -> Environment:
    """Jinja2 with the templates of these places, each of which is compiled once."""
    return Environment(
        loader=FileSystemLoader([place / "templates" for place in places]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write(path: Path, page: str) -> None:
    """Write the page as UTF-8 with the line ends that its hashes were made of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page.encode())


def rows_by(
    parquet: Path, queries: Mapping[str, str], columns: Sequence[str], **asked: object
) -> dict[str, dict[Any, list[dict[str, Any]]]]:
    """The rows of each query, which names files below `$folder`, by what these columns say; in the queries' order."""
    with reader() as connection:
        return {
            name: _rows_by(connection, sql, columns, {**asked, "folder": str(parquet)}) for name, sql in queries.items()
        }


def reader() -> duckdb.DuckDBPyConnection:
    """A connection to no database, which reads files and fetches no extension."""
    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    return duckdb.connect(config={**settings, "lock_configuration": "true"})


def _rows_by(
    connection: duckdb.DuckDBPyConnection, sql: str, columns: Sequence[str], asked: Mapping[str, object]
) -> dict[Any, list[dict[str, Any]]]:
    answer = connection.execute(sql, {name: value for name, value in asked.items() if f"${name}" in sql})
    names = [name for name, *_ in answer.description]
    rows = (dict(zip(names, row, strict=True)) for row in answer.fetchall())
    return {key: list(own) for key, own in groupby(rows, itemgetter(*columns))}


def _joined(places: Sequence[Path], names: Sequence[str]) -> str:
    """The files in one text; the first place that has a file gives it."""
    found = [next(p / "static" / name for p in places if (p / "static" / name).is_file()) for name in names]
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def _source(text: str) -> str:
    """How a content policy names this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" if text else "'none'"
