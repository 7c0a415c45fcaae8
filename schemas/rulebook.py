"""Everything declared, loaded once for a run: ours and what the user's `config/` adds."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from schemas.codelists import Codelist, Instruments, Row, load_codelist, load_instruments, read_table, typed
from schemas.fields import Contract, Field
from schemas.layouts import Layout, load_layouts, template_layout
from schemas.tables.reference import (
    ITEM_SUBTHEME,
    NSS_SCORING,
    PA_HOURS,
    SERIES_BREAK,
    SPC_REBASE,
    SPC_RULE_SET,
    STAFF_GROUP_WIDE,
    SUBTHEME,
    SUPPORT_MEASURE,
)
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
ORGANISATIONS = Contract(
    name="config.organisations",
    title="Organisations that may send files",
    grain="organisation",
    keys=("organisation_code",),
    fields=(
        Field("organisation_code", "text", "ODS code, or a code of your own.", required=True),
        Field("organisation_name", "text", "What to show for it."),
        Field("organisation_type", "code", "Kind of body.", codelist="organisation_type", required=True),
        Field("nation_code", "code", "Nation.", codelist="nation", required=True),
        Field("is_fictional", "boolean", "True for made-up organisations.", required=True),
    ),
)
BREAKS = Contract(
    name="codelists.series_break",
    title="Breaks as declared: of every metric that reads the dataset, and of the metrics named",
    grain="break",
    keys=("code",),
    fields=(
        Field("dataset", "text", "Dataset all of whose series break."),
        Field("metric_ids", "text", "Metrics whose series break, parted by |."),
        *SERIES_BREAK.fields[1:],
    ),
)
# Declared tables that are joined in SQL as they are.
TABLES = (PA_HOURS, SUPPORT_MEASURE, SUBTHEME, ITEM_SUBTHEME, SPC_RULE_SET, SPC_REBASE, BREAKS)


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
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)  # rows of the reference tables, by bare name
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
        tables=_tables(config),
        retention=_retention(config),
    )


def _tables(config: Path | None) -> dict[str, tuple[Row, ...]]:
    tables = {contract.name.partition(".")[2]: read_table(contract, config) for contract in TABLES}
    tables["nss_scoring"] = read_table(NSS_SCORING, config, _steps)
    tables["staff_group_wide"] = read_table(STAFF_GROUP_WIDE, config, _members)
    levels = {row["subtheme_code"]: row["level_code"] for row in tables["subtheme"]}
    for row in tables["item_subtheme"]:
        if row["subtheme_code"] and levels.get(row["subtheme_code"]) != row["level_code"]:
            raise ValueError(
                f"codelists/item_subtheme.csv, {row['question_key']}: subtheme.csv has no {row['subtheme_code']} at"
                f" level {row['level_code']}; put an item_subtheme.csv that goes with it into config/codelists/"
            )
    return tables


def _steps(row: Row) -> Iterator[Row]:
    """A row an answer, from the points in one cell, the worst answer's first."""
    for step, points in enumerate(row["points"].split("|"), 1):
        yield {**row, "step": str(step), "points": points}


def _members(row: Row) -> Iterator[Row]:
    """A row a staff group, from the members in one cell."""
    for member in row["members"].split("|"):
        yield {"staff_group_code": member, "staff_group_wide_code": row["code"], "label": row["label"]}


def _retention(config: Path | None) -> dict[str, int]:
    rows = {row["dataset"]: row["months"] for row in read_table(RETENTION, config)}
    if unknown := sorted(set(rows) - {*DATASETS, UNKNOWN}):
        raise ValueError(f"codelists/retention.csv names {', '.join(unknown)}, which is no dataset")
    return {dataset: months for dataset, months in rows.items() if months is not None}


def _organisations(config: Path | None) -> dict[str, Organisation]:
    file = config / "organisations.csv" if config else None
    if file is None or not file.is_file():
        return {}
    found: dict[str, Organisation] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))), 2):
        where = f"{file.name}, line {line}"
        cells = typed(ORGANISATIONS, row, where, config)
        code = cells["organisation_code"]
        if not code or code in found:
            raise ValueError(f"{where}, column organisation_code: write a code that no other line has")
        found[code] = Organisation(**{**cells, "organisation_name": cells["organisation_name"] or code})
    return found


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
