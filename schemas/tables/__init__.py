"""Every table's columns: one TOML a table, `<schema>/<table>.toml`, named as the SELECT that makes it.

A column that several tables have is declared once, in `columns.toml`; a table says only what differs there.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from schemas.fields import Contract, Dataset, Field

_FOLDER = Path(__file__).parent


@cache
def _read(place: str) -> dict[str, Any]:
    text = (_FOLDER / f"{place}.toml").read_text(encoding="utf-8")
    return {name: _frozen(value) for name, value in tomllib.loads(text).items()}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _frozen(one) for name, one in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _fields(place: str) -> Iterator[Field]:
    """The columns of the table that it extends, then its own."""
    declared, columns = _read(place), _read("columns")
    if "extends" in declared:
        yield from _fields(declared["extends"].replace(".", "/"))
    everywhere = {"is_sensitive": True} if declared.get("is_sensitive") else {}
    for name, own in declared.get("columns", {}).items():
        yield Field(name=name, **{"unit": _unit_of(name), **columns.get(name, {}), **everywhere, **own})


def _unit_of(name: str) -> str:
    return "%" if name.endswith("_pct") else next((unit for unit, names in _read("units").items() if name in names), "")


def _tables(schema: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bare name of each table, and all that its contract says."""
    for file in sorted((_FOLDER / schema).glob("*.toml")):
        place = f"{schema}/{file.stem}"
        about = {k: value for k, value in _read(place).items() if k not in ("columns", "extends", "is_sensitive")}
        yield file.stem, {**about, "fields": tuple(_fields(place))}


def _contracts(schema: str) -> dict[str, Contract]:
    return {table: Contract(name=f"{schema}.{table}", **about) for table, about in _tables(schema)}


SENT = {name: Dataset(name=name, **about) for name, about in _tables("sent")}  # every sheet
_SCHEMAS = ("config", "codelists", "core", "marts", "reference", "audit", "release")
_ALL = {contract.name: contract for schema in _SCHEMAS for contract in _contracts(schema).values()}


def _in_role(schema: str, role: str = "") -> dict[str, Contract]:
    return {name: one for name, one in _ALL.items() if name.startswith(f"{schema}.") and one.role == role}


def without_dropped(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """A layout as declared, in which headings of fields that are read no more are among those to leave out."""
    sheet, columns = SENT.get(declared.get("dataset", "")), declared.get("columns", {})
    gone = tuple(heading for heading, name in columns.items() if sheet and name in sheet.dropped)
    kept = {heading: name for heading, name in columns.items() if heading not in gone}
    return {**declared, "columns": kept, "ignore": (*declared.get("ignore", ()), *gone)} if gone else declared


def refused_of(dataset: str) -> str:
    """The table beside a staged one that says what its refused rows belong to; deleted once the file is judged."""
    return f"{dataset}_refused"


DATASETS = {name: sheet for name, sheet in SENT.items() if not sheet.part_of}
PARTS = {name: sheet for name, sheet in SENT.items() if sheet.part_of}  # further sheets of a dataset
# What each sheet is staged as: a survey as responses and answers, every other one as itself.
STAGED = {**{name: sheet.staged() for name, sheet in SENT.items() if name != "survey"}, **_contracts("staging")}
CORE, MARTS, REFERENCE, AUDIT = map(_in_role, ("core", "marts", "reference", "audit"))
RELEASE = _in_role("release")  # what stands in a release's folder alone
STEPS = _in_role("core", "step")  # towards the figures: built like the core, but not handed to analysts
DECIDED = _in_role("core", "decision")  # what disclosure control writes
TABLES = {**_ALL, **{contract.name: contract for contract in STAGED.values()}}
_SYNONYMS = _read("synonyms")
ABBREVIATIONS: Mapping[str, str] = _SYNONYMS["abbreviations"]  # a word of a heading -> what it stands for
UNTOLD, OTHERWISE = (frozenset[str](_SYNONYMS["words"][name]) for name in ("untold", "otherwise"))


def synonyms(sheet: str, key: str) -> tuple[str, ...]:
    """What people and systems call a field, or a survey's question, of what is sent."""
    return (*_SYNONYMS.get(sheet, {}).get(key, ()), *_SYNONYMS["every"].get(key, ()))


def spellings() -> Iterator[str]:
    """Every synonym of anything that is sent."""
    for name, keys in _SYNONYMS.items():
        if name not in ("words", "abbreviations"):
            for said in keys.values():
                yield from said
