"""Everything declared, loaded once for a run: ours and what the user's `config/` adds."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from schemas.codelists import Codelist, Instruments, Row, load_codelist, load_instruments, read_csv, read_table, typed
from schemas.layouts import Layout, layouts_in, load_layouts, template_layout
from schemas.metrics import UNITS, Metric, load_metrics, metric_codelist
from schemas.submissions import CONFIG, NATIONAL
from schemas.tables import DATASETS, SENT, TABLES

# Lists that files are read by beside those of their fields, by how the dataset's name begins
_READ_BESIDE = {"survey": ("instrument_item", "scale"), "support": ("support_measure",)}
# Lists that no field of what is sent names
_UNNAMED = {"asks_about", "iparihs_level", "leaving_choice", "organisation_type", "period_kind"}
_UNNAMED |= {"topic", "breakdown", "month", "figure_item", "research_active", "research_funded"}  # labels of figures
UNKNOWN = "unknown"  # in place of a dataset: files that were refused before it was known what they hold
# An organisation's code is a folder's name on every system, and no sender or folder of ours
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_NO_CODE = "write 1 to 20 letters A to Z, digits, hyphens or underscores, with a letter or digit first"
_TAKEN = {CONFIG, NATIONAL, UNKNOWN, "con", "prn", "aux", "nul"} | {
    f"{name}{n}" for name in ("com", "lpt") for n in range(10)
}
_NOT_RULES = ("settings.toml", "calendar.csv")  # of config/: no figure hangs on them
# Declared tables that are joined in SQL as they are.
JOINED = (
    TABLES["reference.instrument_number"],
    TABLES["reference.pa_hours"],
    TABLES["reference.support_measure"],
    TABLES["reference.subtheme"],
    TABLES["reference.item_subtheme"],
    TABLES["reference.spc_rule_set"],
    TABLES["reference.spc_rebase"],
    TABLES["reference.source_end"],
    TABLES["codelists.series_break"],
)


@dataclass(frozen=True)
class Organisation:
    """One organisation that may send files, from `config/organisations.csv`; membership is the test."""

    organisation_code: str
    organisation_name: str
    organisation_type: str
    nation_code: str
    is_fictional: bool
    system_code: str | None = None


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
    switched_on: Mapping[str, date] = field(default_factory=dict)  # special-category field -> from which day on
    own: Mapping[str, str] = field(default_factory=dict)  # what `config/` declares by its name -> a hash of it

    def layout(self, dataset: str, name: str) -> Layout:
        """The layout of that dataset and name; KeyError if there is none."""
        for layout in self.layouts:
            if (layout.dataset, layout.name) == (dataset, name):
                return layout
        raise KeyError(f"{dataset}/{name}")

    def only_on(self, layout: Layout, day: date | None = None) -> Layout:
        """The layout without the special-category fields that are off on the day on which a file came, or at all."""
        on = {name for name, start in self.switched_on.items() if day is None or start <= day}
        off = {one.name for one in layout.contract.fields if one.is_switched} - on
        gone = tuple(heading for heading, name in layout.columns.items() if name in off)
        kept = {heading: name for heading, name in layout.columns.items() if name not in off}
        constants = {name: text for name, text in layout.constants.items() if name not in off}
        return layout.model_copy(update={"columns": kept, "constants": constants, "ignore": (*layout.ignore, *gone)})

    def read_by(self, layout: str = "") -> Mapping[str, str]:
        """What of `config/` a file is read by, with its version: all of it, or that which concerns a layout's files.

        The layout is named as `population/counts`.
        """
        dataset = layout.partition("/")[0]
        sheets = [sheet for name, sheet in SENT.items() if dataset in (name, sheet.part_of)]
        lists = {field.codelist for sheet in sheets for field in sheet.fields}
        beside = (names for start, names in _READ_BESIDE.items() if dataset.startswith(start))
        concerning = {"file special_categories"} if any(f.is_switched for s in sheets for f in s.fields) else set[str]()
        concerning |= {f"layout {layout}", *(f"list {name}" for names in (lists, *beside) for name in names)}
        for one in (x for x in self.layouts if f"{x.dataset}/{x.name}" == layout):  # another may take its place
            headings = one.read | set(one.ignore)
            concerning |= {f"layout {x.dataset}/{x.name}" for x in self.layouts if x.fits(headings)}
        return {name: version for name, version in self.own.items() if not layout or name in concerning}


def load_rulebook(config: Path | None = None) -> Rulebook:
    """Every rule, loaded again where a declared file has changed. Raises ValueError that names one that is wrong."""
    return _loaded(_version(config), config)


@lru_cache(maxsize=1)
def _loaded(version: str, config: Path | None) -> Rulebook:
    instruments = load_instruments(config)
    needed = {field.codelist for sheet in SENT.values() for field in sheet.fields} - {"", "metric"}
    templates = tuple(template_layout(dataset, instruments) for dataset in DATASETS)
    organisations, tables = _organisations(config), _tables(config)
    codelists = {name: load_codelist(name, config) for name in sorted(needed | _UNNAMED)}
    items = {code for one in instruments.items for code in (one.question_key, one.domain_code)} | {"none", *DATASETS}
    items |= {row["measure_code"] for row in tables["support_measure"]}.union(
        *(one.labels for one in codelists.values())
    )
    return Rulebook(
        organisations=organisations,
        codelists={**codelists, "metric": metric_codelist(load_metrics())},
        instruments=instruments,
        layouts=(*templates, *load_layouts(config)),
        version=version,
        tables={**tables, "target": _targets(config, organisations.keys(), items)},
        retention=_retention(config),
        switched_on=_switched_on(config),
        own=dict(_own(config)) if config else {},
    )


def _own(config: Path) -> Iterator[tuple[str, str]]:
    for name, layout in layouts_in(config).items():
        yield f"layout {name}", _hash(layout.model_dump_json(exclude_defaults=True).encode())
    read = (("list", "codelists/*.csv"), ("file", "organisations.csv"), ("file", "special_categories.csv"))
    for kind, files in read:  # by targets no file is read
        for file in sorted(config.glob(files)):
            yield f"{kind} {file.stem}", _hash(file.read_bytes())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _tables(config: Path | None) -> dict[str, tuple[Row, ...]]:
    tables = {contract.name.partition(".")[2]: read_table(contract, config) for contract in JOINED}
    tables["nss_scoring"] = read_table(TABLES["reference.nss_scoring"], config, _steps)
    tables["staff_group_wide"] = read_table(TABLES["reference.staff_group_wide"], config, _members)
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


def _lines(name: str, config: Path | None) -> list[tuple[str, Row]]:
    """The lines of a file of `config/`, each with the place that a sentence names; none where it is not there."""
    file = config / name if config else None
    rows = read_csv(file) if file and file.is_file() else []
    return [(f"{name}, line {line}", row) for line, row in enumerate(rows, 2)]


def _retention(config: Path | None) -> dict[str, int]:
    rows = {row["dataset"]: row["months"] for row in read_table(TABLES["codelists.retention"], config)}
    if unknown := sorted(set(rows) - {*DATASETS, UNKNOWN}):
        raise ValueError(f"codelists/retention.csv names {', '.join(unknown)}, which is no dataset")
    return {dataset: months for dataset, months in rows.items() if months is not None}


def _switched_on(config: Path | None) -> dict[str, date]:
    """The special-category fields that are read, with their first day. Raises ValueError for a line without a basis."""
    known = {one.name for sheet in SENT.values() for one in sheet.fields if one.is_switched}
    found: dict[str, date] = {}
    for where, row in _lines("special_categories.csv", config):
        cells = typed(TABLES["config.special_categories"], row, where, config)
        if cells["field"] not in known:
            raise ValueError(f"{where}, column field: write one of {', '.join(sorted(known))}")
        for name in ("lawful_basis", "agreed_by"):
            if not cells[name]:
                raise ValueError(f"{where}, column {name}: it is empty, so {cells['field']} cannot be switched on")
        found[cells["field"]] = cells["from_date"]
    return found


def _organisations(config: Path | None) -> dict[str, Organisation]:
    found: dict[str, Organisation] = {}
    taken = set(_TAKEN)
    for where, row in _lines("organisations.csv", config):
        cells = typed(TABLES["config.organisations"], row, where, config)
        if problem := _problem_of(code := cells["organisation_code"] or "", taken):
            raise ValueError(f"{where}, column organisation_code: {problem}")
        if cells["system_code"] and not _CODE.fullmatch(cells["system_code"]):
            raise ValueError(f"{where}, column system_code: {_NO_CODE}")
        taken.add(code.lower())
        found[code] = Organisation(**{**cells, "organisation_name": cells["organisation_name"] or code})
    return found


def _problem_of(code: str, taken: Set[str]) -> str:
    """Why a code cannot be an organisation's, or ''. Windows and macOS take two names as one that differ in case."""
    if not _CODE.fullmatch(code):
        return _NO_CODE
    if code.lower() not in taken:
        return ""
    return (
        "write a code that no other line has, in capitals or not, and that is no word such as national, unknown or CON"
    )


def _targets(config: Path | None, organisations: Set[str], items: Set[str]) -> tuple[Row, ...]:
    """The organisations' own targets, each until the day before the next. What else stands in a line is not read.

    Raises ValueError with a line on each target that cannot be used.
    """
    written = _lines("targets.csv", config)
    metrics = {one.metric_id: one for one in load_metrics()} if written else {}
    contract, problems, found = TABLES["reference.target"], list[str](), dict[tuple[Any, ...], Row]()
    for where, cells in written:
        try:
            row = typed(contract, cells, where, config)
            key = tuple(row[name] for name in contract.keys)
            problem = _problem_of_target(row, organisations, metrics.get(row["metric_id"]), items)
            if not problem and key in found:
                problem = "from_date: another line has this organisation, metric, item and date; keep one of them"
            if problem:
                raise ValueError(f"{where}, column {problem}")
            found[key] = row
        except ValueError as refusal:
            problems.append(str(refusal))
    if problems:
        raise ValueError("\n".join(problems))
    return tuple(_with_ends([found[key] for key in sorted(found)]))


def _problem_of_target(row: Row, organisations: Set[str], metric: Metric | None, items: Set[str]) -> str:
    """The column that cannot be used, and what to write; or ''."""
    if row["organisation_code"] not in organisations:
        return "organisation_code: write a code of organisations.csv"
    if metric is None:
        return "metric_id: write a metric_id of schemas/DICTIONARY.md"
    if not metric.direction:
        return "metric_id: choose a metric for which higher or lower is better; of this one no target can be met"
    if row["item_code"] and row["item_code"] not in items:
        return "item_code: write an item_code of metric_value, or leave it empty for every item"
    unit = UNITS[metric.unit]
    lowest, highest = (-math.inf if unit.lowest is None else unit.lowest, unit.highest or math.inf)
    if math.isfinite(row["target"]) and lowest <= row["target"] <= highest:
        return ""
    bounds = "".join(f" {word} {n:g}" for word, n in (("from", lowest), ("to", highest)) if math.isfinite(n))
    return f"target: write a number{bounds}, in {metric.unit}"


def _with_ends(rows: list[Row]) -> Iterator[Row]:
    """In order, with the day before the next one of the same organisation, metric and item."""
    for row, after in zip_longest(rows, rows[1:]):
        is_same = after and all(row[name] == after[name] for name in ("organisation_code", "metric_id", "item_code"))
        yield {**row, "until_date": after["from_date"] - timedelta(days=1) if after and is_same else None}


def _version(config: Path | None) -> str:
    digest = hashlib.sha256()
    for root in (Path(__file__).parent, *([config] if config else [])):
        for file in sorted(file for deep in ("*", "*/*", "*/*/*") for file in root.glob(deep)):
            if file.suffix in (".py", ".toml", ".csv") and file.name not in _NOT_RULES and file.is_file():
                name = file.relative_to(root).as_posix()  # a layout is of the dataset whose folder it lies in
                digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
