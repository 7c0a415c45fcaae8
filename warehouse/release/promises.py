"""Versions of the marts' contracts: which step a change needs, `python -m warehouse.release.promises` to note it.

A change that breaks what a reader may rely on is a step of the first number, a new column of the second, and another
description of the third. `promises.json` keeps what the contracts were when that was last looked at.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from schemas.fields import Contract, Field
from schemas.metrics import load_metrics
from schemas.tables import MARTS

FILE = Path(__file__).with_suffix(".json")
Promise = Mapping[str, Any]  # what a reader may rely on of one table, as JSON has it
_STEPS = ("a break", "an addition", "another description")


class Change(NamedTuple):
    """One change of a table: `step` is the number of the version that it moves, 0 for a break."""

    table: str
    column: str
    says: str
    step: int
    before: str
    now: str

    @property
    def needed(self) -> str:
        """The least version that declares it; '' of a table that is gone, which none can declare."""
        numbers = [int(one) for one in self.before.split(".")]
        return ".".join(map(str, (*numbers[: self.step], numbers[self.step] + 1, *[0] * (2 - self.step))))

    @property
    def is_declared(self) -> bool:
        """True where the version is the one that it needs, or a later one."""
        return bool(self.now) and _numbers(self.now) >= _numbers(self.needed)

    @property
    def sentence(self) -> str:
        """Where, what changed, and the version that says so or would."""
        what = f"{self.table}{self.column and f', column {self.column}'}: {self.says}, {_STEPS[self.step]}"
        if self.is_declared:
            return f"{what}; version {self.now} says so, after {self.before}."
        if not self.now:
            return f"{what}: whoever reads it has to change."
        place = f"schemas/tables/{self.table.replace('.', '/')}.toml"
        return f"{what}; version {self.now} in {place} has to be {self.needed} or later: tell the maintainers."


def promises() -> dict[str, Promise]:
    """By mart, what a reader may rely on; beside the columns of marts.dim_metric, each metric and its unit."""
    units = {"units": {metric.metric_id: metric.unit for metric in load_metrics()}}
    return {name: _promise(one) | (units if name == "marts.dim_metric" else {}) for name, one in MARTS.items()}


def _promise(contract: Contract) -> dict[str, Any]:
    said = (contract.title, contract.warning, [(field.name, field.description) for field in contract.fields])
    return {
        "version": contract.version,
        "keys": list(contract.keys),
        "columns": {field.name: _kind(field) for field in contract.fields},
        "says": hashlib.sha256(repr(said).encode()).hexdigest()[:12],
    }


def _kind(field: Field) -> str:
    listed = f" on the list {field.codelist}" if field.codelist else ""
    return f"{field.sql_type}{listed}{' and never empty' if field.required else ''}"


def changes(before: Mapping[str, Promise], now: Mapping[str, Promise]) -> Iterator[Change]:
    """What changed of the tables that there were, in the order of their names."""
    for table, then in sorted(before.items()):
        after = now.get(table)
        if after is None:
            yield Change(table, "", "it is gone", 0, then["version"], "")
        else:
            for column, says, step in _changes(then, after):
                yield Change(table, column, says, step, then["version"], after["version"])


def _changes(then: Promise, after: Promise) -> Iterator[tuple[str, str, int]]:
    if then["keys"] != after["keys"]:
        yield "", f"its key is now {', '.join(after['keys'])}", 0
    for column, kind in then["columns"].items():
        now = after["columns"].get(column)
        if now is None:
            yield column, "it is gone", 0
        elif now != kind and now != f"{kind} and never empty":
            yield column, f"it is now {now}, and was {kind}", 0
    yield from _other_units(then.get("units", {}), after.get("units", {}))
    for column in after["columns"].keys() - then["columns"].keys():
        yield column, "it is new", 1
    if then["says"] != after["says"] and then["columns"].keys() == after["columns"].keys():
        yield "", "a description is another", 2


def _other_units(then: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    for metric, unit in then.items():
        if metric not in after:
            yield "", f"the metric {metric} is gone", 0
        elif after[metric] != unit:
            yield "", f"the unit of {metric} is now {after[metric]}, and was {unit}", 0


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in version.split("."))


def noted() -> dict[str, Promise]:
    """What the contracts were when it was last noted."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.is_file() else {}


def main() -> int:
    """Note the contracts as they are; 1, with nothing noted, where a change lacks its step of version."""
    lacking = [change.sentence for change in changes(noted(), promises()) if change.now and not change.is_declared]
    if not lacking:
        lines = (f'"{name}": {json.dumps(one)}' for name, one in sorted(promises().items()))
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")
    sys.stderr.writelines(f"{sentence}\n" for sentence in lacking)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
