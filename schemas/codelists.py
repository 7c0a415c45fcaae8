"""Codelists: declared values with their labels and aliases, `codelists/<name>.csv`; and the survey instruments."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from schemas.fields import Contract, Field
from schemas.identifiers import DASH
from schemas.tables import TABLES

Row = Mapping[str, Any]
_SIGN = re.compile(r"^- ?(?=[.\d])|(?<=\d) ?-$")


@dataclass(frozen=True)
class Codelist:
    """The values that a code field may hold. CSV columns: code, label, aliases (separated by |), source."""

    labels: Mapping[str, str]  # code -> label
    aliases: Mapping[str, str]  # any accepted spelling, folded -> code
    sources: Mapping[str, str]  # code -> where it is from
    wider: Mapping[str, str]  # code -> the level, stage or staff group that it is of, where the list says

    def code_of(self, text: str) -> str | None:
        """The code that a cell means, by code, label or alias, whatever its case and spacing; else None."""
        return self.aliases.get(fold(text))


def fold(text: str) -> str:
    """A spelling without case, with runs of space, dash and underscore as one space, and apostrophes as typed.

    A dash before a number or after it is its sign, and stays: `-1` is not `1`.
    """
    text = DASH.sub("-", text.casefold().replace("\u2019", "'")).strip()
    sign = "-" if _SIGN.search(text) else ""
    return sign + " ".join(text.replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True)
class Item:
    """One question of an instrument, under our stable key. Printed numbers are data of their own: they drift."""

    question_key: str
    instrument_code: str
    domain_code: str
    label: str  # short, in our words
    scale_code: str
    asks_about_code: str | None  # what of: research, medical-education research or work
    is_reversed: bool  # True where a high answer is the worse one
    is_confirmed: bool  # False where no published table that we saw holds the item
    source: str

    @property
    def heading(self) -> str:
        """The template's heading: unique over all instruments."""
        return f"{self.label} [{self.question_key}]"


@dataclass(frozen=True)
class Scale:
    """The answers of a scale: either numbers from `minimum` to `maximum`, or texts that each mean a number."""

    minimum: int
    maximum: int
    texts: Mapping[str, int]  # folded text -> score
    has_unsure: bool

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The text of each score; of several the one that is declared first."""
        return {score: text.capitalize() for text, score in reversed([*self.texts.items()])}


@dataclass(frozen=True)
class Instruments:
    """Every question and scale that a survey may carry."""

    items: tuple[Item, ...]
    scales: Mapping[str, Scale]

    @cached_property
    def by_key(self) -> Mapping[str, Item]:
        """Items by question key."""
        return {item.question_key: item for item in self.items}

    def scale_of(self, question_key: str) -> Scale:
        """The scale on which a question is answered; KeyError for an unknown question."""
        return self.scales[self.by_key[question_key].scale_code]


def read_rows(name: str, config: Path | None = None) -> list[dict[str, str]]:
    """Rows of `codelists/<name>.csv`: the user's file in `config/codelists/` where there is one, else ours."""
    ours = Path(__file__).with_name("codelists") / f"{name}.csv"
    own = config / "codelists" / ours.name if config else ours
    return read_csv(own if own.is_file() else ours)


def read_csv(file: Path) -> list[dict[str, str]]:
    """The lines of a CSV, by its headings: in UTF-8, or as Excel on Windows saves it."""
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_table(
    contract: Contract, config: Path | None = None, rows_of: Callable[[Row], Iterable[Row]] = lambda row: (row,)
) -> tuple[Row, ...]:
    """Rows of the CSV that a contract is named after, each cell of its field's type; an empty one is None if it may be.

    A key may stand under `code`, and `rows_of` may make several rows of a line. Raises ValueError naming file, row and
    column of a cell that is not of its field.
    """
    name = contract.name.partition(".")[2]
    lines = enumerate(read_rows(name, config), 2)
    return tuple(typed(contract, row, f"{name}.csv, row {n}", config) for n, line in lines for row in rows_of(line))


def typed(contract: Contract, row: Row, where: str, config: Path | None = None) -> Row:
    """The row with each cell as its field's kind has it. Raises ValueError as `read_table`; it begins with `where`."""
    cells = {}
    for one in contract.fields:
        column = "code" if one.name in contract.keys and one.name not in row else one.name
        if one.required and column not in row:
            raise ValueError(f"{where}: there is no column {column}")
        cells[one.name] = _cell(one, (row.get(column) or "").strip(), f"{where}, column {column}", config)
    return cells


def _cell(field: Field, text: str, where: str, config: Path | None) -> Any:
    kinds: Mapping[str, tuple[Callable[[str], Any], str]] = {
        "boolean": (lambda text: {"yes": True, "no": False}[text.lower()], "yes or no"),
        "integer": (int, "a whole number"),
        "number": (float, "a number"),
        "date": (date.fromisoformat, "a date such as 2026-09-01"),
    }
    if not text and not field.required:
        return None
    convert, wanted = kinds.get(field.kind, (str, ""))
    if field.codelist:
        listed = load_codelist(field.codelist, config)
        convert, wanted = lambda text: listed.aliases[fold(text)], f"one of {', '.join(listed.labels)}"
    try:
        value: Any = convert(text)
    except (KeyError, ValueError):
        raise ValueError(f"{where}: write {wanted}") from None
    if field.minimum is not None and value < field.minimum:
        raise ValueError(f"{where}: write {field.minimum:g} or more")
    return value


def load_codelist(name: str, config: Path | None = None) -> Codelist:
    """One codelist. Raises FileNotFoundError for a name that is not declared, ValueError for an ambiguous alias."""
    return codelist_of(name, read_rows(name, config))


def codelist_of(name: str, rows: Iterable[Row]) -> Codelist:
    """A codelist of rows. Raises ValueError for an ambiguous alias."""
    aliases: dict[str, str] = {}
    rows = tuple(rows)
    for row in rows:
        for spelling in (row["code"], row["label"], *filter(None, (row.get("aliases") or "").split("|"))):
            if aliases.setdefault(fold(spelling), row["code"]) != row["code"]:
                raise ValueError(f"codelist {name}: {spelling!r} means two codes")
    labels, sources = ({row["code"]: row.get(column) or "" for row in rows} for column in ("label", "source"))
    columns = ("level_code", "stage_code", "staff_group_code")
    wider = {row["code"]: next(filter(None, map(row.get, columns)), "") for row in rows}
    return Codelist(labels, aliases, sources, wider)


def load_instruments(config: Path | None = None) -> Instruments:
    """The instruments, from `instrument_item.csv` and `scale.csv`."""
    items = tuple(Item(**row) for row in read_table(TABLES["codelists.instrument_item"], config))
    texts: dict[str, dict[str, int]] = defaultdict(dict)
    scales: dict[str, Scale] = {}
    for row in read_rows("scale", config):  # a row a score of a scale of texts, which each may be written as
        code = row["code"]
        if row["score"]:
            texts[code] |= {fold(text): int(row["score"]) for text in row["texts"].split("|") if text}
        scales[code] = Scale(int(row["minimum"]), int(row["maximum"]), texts[code], row["has_unsure"] == "yes")
    return Instruments(items, scales)
