"""Everything declared, loaded once for a run: ours and what the user's `config/` adds."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from schemas.codelists import Codelist, Instruments, load_codelist, load_instruments, read_rows, read_table
from schemas.fields import Contract, Field
from schemas.layouts import Layout, load_layouts, template_layout
from schemas.tables.reference import SPC_REBASE, SPC_RULE_SET
from schemas.tables.sent import DATASETS, PARTS

UNKNOWN = "unknown"  # in place of a dataset: files that were refused before it was known what they hold
RETENTION = Contract(
    name="codelists.retention",
    title="How long each dataset is kept",
    grain="dataset",
    keys=("dataset",),
    fields=(
        Field("dataset", "text", "Kind of data; `unknown` for refused files of which it is not known.", required=True),
        Field("months", "integer", "Months from the period's end, or from landing; empty keeps it.", minimum=1),
        Field("reason", "text", "Who decided that, and why."),
    ),
)
# Declared tables that are joined in SQL as they are.
TABLES = ("series_break", "subtheme", "item_subtheme", "nss_scoring", "staff_group_wide")


@dataclass(frozen=True)
class Organisation:
    """One organisation that may send files, from `config/organisations.csv`; membership is the test."""

    organisation_code: str
    organisation_name: str
    organisation_type: str
    nation_code: str
    is_fictional: bool


@dataclass(frozen=True)
class Rulebook:
    """The declared rules of one run. `version` is a hash of them all: it changes when any of them does."""

    organisations: Mapping[str, Organisation]
    codelists: Mapping[str, Codelist]
    instruments: Instruments
    layouts: tuple[Layout, ...]
    version: str
    pa_hours: tuple[Mapping[str, str], ...] = ()  # nation_code, is_premium_time, hours_per_pa, source
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)  # TABLES, by name
    support_measures: tuple[Mapping[str, str], ...] = ()  # the codelist's rows, with direction, minimum and maximum
    spc_rule_sets: tuple[Mapping[str, Any], ...] = ()
    spc_rebases: tuple[Mapping[str, Any], ...] = ()
    retention: Mapping[str, int] = field(default_factory=dict)  # dataset -> months; of the others nothing is removed

    def layout(self, dataset: str, name: str) -> Layout:
        """The layout of that dataset and name; KeyError if there is none."""
        for layout in self.layouts:
            if (layout.dataset, layout.name) == (dataset, name):
                return layout
        raise KeyError(f"{dataset}/{name}")


def load_rulebook(config: Path | None = None) -> Rulebook:
    """Load every rule. Raises ValueError that names the file where one cannot be read."""
    instruments = load_instruments(config)
    needed = sorted(
        {f.codelist for d in (*DATASETS.values(), *PARTS.values()) for f in d.fields if f.codelist}
        | {"organisation_type"}
    )
    templates = tuple(template_layout(dataset, instruments) for dataset in DATASETS)
    return Rulebook(
        organisations=_organisations(config),
        codelists={name: load_codelist(name, config) for name in needed},
        instruments=instruments,
        layouts=(*templates, *load_layouts(config)),
        version=_version(config),
        pa_hours=tuple(read_rows("pa_hours", config)),
        tables=_tables(config),
        support_measures=tuple(read_rows("support_measure", config)),
        spc_rule_sets=read_table(SPC_RULE_SET, config),
        spc_rebases=read_table(SPC_REBASE, config),
        retention=_retention(config),
    )


def _tables(config: Path | None) -> dict[str, tuple[Mapping[str, str], ...]]:
    tables: dict[str, tuple[Mapping[str, str], ...]] = {name: tuple(read_rows(name, config)) for name in TABLES}
    levels = {row["code"]: row["level_code"] for row in tables["subtheme"]}
    for row in tables["item_subtheme"]:
        if row["subtheme_code"] and levels.get(row["subtheme_code"]) != row["level_code"]:
            raise ValueError(
                f"codelists/item_subtheme.csv, {row['code']}: subtheme.csv has no {row['subtheme_code']} at level"
                f" {row['level_code']}; put an item_subtheme.csv that goes with it into config/codelists/"
            )
    return tables


def _retention(config: Path | None) -> dict[str, int]:
    rows = {row["dataset"]: row["months"] for row in read_table(RETENTION, config)}
    if unknown := sorted(set(rows) - {*DATASETS, UNKNOWN}):
        raise ValueError(f"codelists/retention.csv names {', '.join(unknown)}, which is no dataset")
    return {dataset: months for dataset, months in rows.items() if months is not None}


def _organisations(config: Path | None) -> dict[str, Organisation]:
    file = config / "organisations.csv" if config else None
    if file is None or not file.is_file():
        return {}
    types, nations = load_codelist("organisation_type", config), load_codelist("nation", config)
    found: dict[str, Organisation] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))), 2):
        one = _organisation({key: (value or "").strip() for key, value in row.items() if key}, types, nations)
        if one is None or one.organisation_code in found:
            raise ValueError(
                f"organisations.csv, line {line}: it needs a code of its own, a type ({', '.join(types.labels)}), a"
                f" nation ({', '.join(nations.labels)}) and yes or no for is_fictional"
            )
        found[one.organisation_code] = one
    return found


def _organisation(row: Mapping[str, str], types: Codelist, nations: Codelist) -> Organisation | None:
    """The organisation of a line, None where a cell of it cannot be used."""
    code, kind = row.get("organisation_code", ""), types.code_of(row.get("organisation_type", ""))
    nation, said = nations.code_of(row.get("nation_code", "")), row.get("is_fictional", "").lower()
    if not code or kind is None or nation is None or said not in ("yes", "no"):
        return None
    return Organisation(code, row.get("organisation_name") or code, kind, nation, said == "yes")


def _version(config: Path | None) -> str:
    digest = hashlib.sha256()
    for root in (resources.files("schemas"), config):
        if root is not None and root.is_dir():
            for file in _declared(root):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _declared(folder: Traversable | Path) -> list[Traversable | Path]:
    files: list[Traversable | Path] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            files += _declared(entry)
        elif entry.name.endswith((".py", ".toml", ".csv")) and entry.name != "settings.toml":
            files.append(entry)
    return files
