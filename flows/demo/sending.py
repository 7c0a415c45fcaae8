"""Makes one organisation's file for one month: its rows, its place in the inbox, and the mistakes made on purpose."""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from flows.demo.exports import Row, Table, carried, render, write
from flows.demo.senders import Sender, population
from flows.demo.survey import responses
from schemas.layouts import Layout, read_layout
from schemas.rulebook import Rulebook
from schemas.submissions import Period

UNSEEN = "unseen.toml"  # a layout that the rule book does not know


@dataclass(frozen=True)
class Sending:
    """One file of files.toml for one month."""

    sender: Sender
    file: Mapping[str, Any]
    period: Period

    @property
    def place(self) -> str:
        """The folder within the inbox, as far as the file itself does not say whose and when it is."""
        dataset = "appraisal" if self.file["layout"] == "unseen" else self.file["layout"].split("/")[0]
        parts = {"about": (), "month": ("",), "dataset": (dataset,)}[self.file["place"]]
        return "/".join(filter(None, (self.sender.code, *parts, self.period.label))) if parts else ""

    def files(self, rules: Rulebook, number: int) -> dict[str, bytes]:
        """File name -> bytes in that round: in the first all, in the second what is mended or sent once more."""
        mistakes = [m for m in read_mistakes() if self._is_of(m)]
        if number > 1 and not any(m["is_corrected"] == "yes" or m["kind"] == "copy" for m in mistakes):
            return {}
        layout = layout_of(self.file["layout"], rules)
        tables = [render(sheet, self._rows(sheet, rules), rules) for sheet in (layout, *layout.parts)]
        name = f"{self.sender.code}-{layout.dataset}-{layout.name}-{self.period.label}"
        spoilt = self._write(spoil(tables, mistakes))
        if number == 1:
            empty = {m["value"]: b"" for m in mistakes if m["kind"] == "empty"}
            return {f"{name}.{layout.format}": spoilt, **empty}
        left = [m for m in mistakes if m["is_corrected"] == "no"]
        mended = {f"{name}-corrected.{layout.format}": self._write(spoil(tables, left))}
        return (mended if left != mistakes else {}) | {m["value"]: spoilt for m in left if m["kind"] == "copy"}

    def _is_of(self, mistake: Mapping[str, str]) -> bool:
        there = (self.sender.code, self.file["layout"], self.period.label)
        return there == (mistake["organisation"], mistake["layout"], mistake["month"])

    def _rows(self, layout: Layout, rules: Rulebook) -> list[Row]:
        if layout.dataset == "population":
            return population(self.sender, self.period)
        if layout.dataset == "survey":
            return responses(self.sender, self.period, self.file["respondents"], carried(layout), rules.instruments)
        return self.sender.sent(layout.contract, self.period, self.file.get("kinds", ()))

    def _write(self, tables: Sequence[Table]) -> bytes:
        says = self.file["place"] == "about"
        about = {"Organisation code": self.sender.code if says else "", "Period": self.period.label if says else ""}
        return write(tables, self.sender.declared["name"], about, self.file.get("encoding", "utf-8-sig"))


def spoil(tables: Sequence[Table], mistakes: Sequence[Mapping[str, str]]) -> list[Table]:
    """The tables with those mistakes made in them: `part.field` is on the part's sheet."""
    there = [m["target"].rpartition(".")[0] or tables[0].layout.dataset for m in mistakes]
    return [
        _spoilt(table, [m for m, name in zip(mistakes, there, strict=True) if name == table.layout.dataset])
        for table in tables
    ]


def _spoilt(table: Table, mistakes: Iterable[Mapping[str, str]]) -> Table:
    """Rows are counted below the headings, from 1, before any is added."""
    headings, rows = list(table.headings), [list(row) for row in table.rows]
    for mistake in mistakes:
        kind, value = mistake["kind"], mistake["value"]
        row = rows[int(mistake["row"]) - 1] if mistake["row"] else []
        at = table.column(mistake["target"].rpartition(".")[2]) if mistake["target"] else 0
        if kind in ("repeat", "conflict"):
            row = [*row]
            rows.append(row)
        if kind in ("cell", "number", "conflict"):
            row[at] = float(value) if kind == "number" else value
        if kind == "ragged":
            row.append(value)
        if kind == "rename":
            headings[at] = value
    return replace(table, headings=tuple(headings), rows=rows)


def layout_of(name: str, rules: Rulebook) -> Layout:
    """`dataset/layout` of the rule book, or `unseen`, which the rule book does not know."""
    return read_layout(_text(UNSEEN), UNSEEN) if name == "unseen" else rules.layout(*name.split("/"))


def read_demo() -> dict[str, Any]:
    """What data/ declares, put together: what each organisation is and sends, and how that is drawn."""
    found: dict[str, Any] = {}
    for file in sorted(file.name for file in (resources.files("flows.demo") / "data").iterdir()):
        if file.endswith(".toml") and file != UNSEEN:
            _add(found, tomllib.loads(_text(file)))
    return found


def _add(found: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            _add(found.setdefault(name, {}), value)
        else:
            found[name] = value


def read_mistakes() -> list[dict[str, str]]:
    """The mistakes made on purpose: in which file, at which row and column, and whether round 2 mends them."""
    return list(csv.DictReader(_text("mistakes.csv").splitlines()))


def _text(name: str) -> str:
    return (resources.files("flows.demo") / "data" / name).read_text(encoding="utf-8")
