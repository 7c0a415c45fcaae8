"""Layouts: one supplier's export described as data, `layouts/<dataset>/<supplier>.toml`.

A quirk of a supplier is a line in its TOML, never an `if` in Python. The `template` layout of a dataset is
derived from its contract (and, for the survey, from the instrument codelist), so it has no TOML.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from schemas.codelists import Instruments
from schemas.fields import Dataset
from schemas.tables import DATASETS, PARTS, SENT, without_dropped

PASSED_ON = ("name", "title", "evidence", "format", "date_formats", "decimal_comma", "nulls")  # to a layout's parts
BY_MAPPING = "made from a mapping workbook that an officer filled in"  # the evidence of such a layout
EXAMPLE_MARK = "EXAMPLE"  # the template's first cell of a line that is left out: its example line may stay


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IgnoredRows(_Declared):
    """Rows that are no data: a cell of `column` equals one of `equals`, starts with one of `starts_with`, or holds one
    of `contains` in whatever case."""

    column: str
    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """True for a trimmed cell that marks such a row."""
        holds = any(part.casefold() in text.casefold() for part in self.contains)
        return holds or text in self.equals or text.startswith(self.starts_with)


class WordFlag(_Declared):
    """A text column that becomes a yes/no by a word list, reviewed with the layout; the text is then dropped."""

    to: str
    words: tuple[str, ...]


class Block(_Declared):
    """One cell that lists every option ticked: each known option becomes a tick of its question."""

    separator: str = ";"
    options: Mapping[str, str]  # the option's text in the cell -> question key


class KnownDefect(_Declared):
    """A known defect of the source: a warning `code` for the rows whose cell of `column` is one of `equals` or holds
    `contains`; for the whole column where nothing is given.

    With `not_after`: for the rows whose time is after that column's. With `is_one`: for a column that says two things.
    """

    code: str
    column: str
    equals: tuple[str, ...] = ()
    contains: str = ""
    not_after: str = ""
    is_one: bool = False


class _Tools(_Declared):
    noise: tuple[IgnoredRows, ...]
    known_defects: tuple[KnownDefect, ...]


TOOLS = _Tools.model_validate(tomllib.loads((Path(__file__).parent / "layouts/survey_tools.toml").read_text("utf-8")))


class Swap(_Declared):
    """Two columns that the publisher exchanged in the rows where `when` (column -> value) holds."""

    columns: tuple[str, str]
    when: Mapping[str, str]


class Unpivot(_Declared):
    """A wide row that becomes one row a `measure`: measure code -> (field -> the sender's heading)."""

    into: str
    measures: Mapping[str, Mapping[str, str]]


class Layout(_Declared):
    """One supplier's export.

    `columns` maps the sender's headings to contract fields, `questions` to question keys; `ignore` lists headings
    that may be there and are dropped; `optional` those of the mapped headings that may be absent. Any other
    heading refuses the file.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,80}$")]  # of its file too
    dataset: str
    title: str
    evidence: str  # where the columns were seen, or that nobody here has seen them
    source: str = ""  # tells apart files that are both true; the layout's name unless given
    format: Literal["csv", "xlsx"] = "csv"
    delimiter: str = ","
    sheet: str = ""  # the first sheet unless given
    metadata_rows: int = 0  # lines above the headings
    rows_after_header: int = 0  # lines that the tool writes below the headings; how many there are, the file tells
    decimal_comma: bool = False
    date_formats: tuple[str, ...] = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
    nulls: tuple[str, ...] = ("",)  # texts that mean no value; an Excel error such as #N/A never does
    noise: tuple[IgnoredRows, ...] = ()
    columns: Mapping[str, str] = {}
    optional: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    widths: Mapping[str, int] = {}  # field of an identifier -> its digits: lost zeros are put back
    values: Mapping[str, Mapping[str, str]] = {}  # field -> (the sender's value -> our code)
    bands: Mapping[str, Mapping[str, float]] = {}  # field -> (our code -> the least number that it is for)
    constants: Mapping[str, str] = {}  # field -> the value that every row has
    words: Mapping[str, WordFlag] = {}  # heading -> flag
    swaps: tuple[Swap, ...] = ()
    known_defects: tuple[KnownDefect, ...] = ()
    unpivot: Unpivot | None = None
    questions: Mapping[str, str] = {}  # heading -> question key
    blocks: Mapping[str, Block] = {}  # heading -> the ticks it lists
    unfinished: Literal["answered", "counted", "left_out"] = "answered"  # which responses count that are not finished
    unsure: tuple[str, ...] = ("Unsure", "Don't know", "Not sure")
    made: tuple[str, ...] = ()  # identifiers that the export lacks, made of other fields (Field.made_of)
    numbered: tuple[str, ...] = ()  # ... or by numbering its lines
    filled_down: tuple[str, ...] = ()  # fields that only the first of several lines states: an empty cell is as above
    period_field: str = ""  # overrides the dataset's own
    period_heading: str = ""  # a column that says the period, and is no field
    period_in_name: bool = False  # the file's name says it
    period: str = ""  # the same for each file of this layout: for what is sent once
    parts: tuple[Layout, ...] = ()  # the further sheets, each with its `sheet`; what is PASSED_ON need not be repeated

    @model_validator(mode="before")
    @classmethod
    def _pass_on(cls, declared: Any) -> Any:
        if not isinstance(declared, Mapping) or not (declared := without_dropped(declared)).get("parts"):
            return declared
        common = {name: declared[name] for name in PASSED_ON if name in declared}
        return {**declared, "parts": [{**common, **p} if isinstance(p, Mapping) else p for p in declared["parts"]]}

    @model_validator(mode="after")
    def _names_are_declared(self) -> Layout:
        named = {*self.columns.values(), *(word.to for word in self.words.values())}
        instead = {*self.constants, *self.made, *self.numbered}
        named |= {*self.values, *self.bands, *self.widths, *self.filled_down, *instead}
        if unknown := sorted((named | self.unpivoted) - set(self.contract.names)):
            raise ValueError(f"layout {self.name} names fields that {self.dataset} lacks: {', '.join(unknown)}")
        if both := sorted(instead & set(self.columns.values())):
            raise ValueError(f"layout {self.name} reads from a column what it also makes: {', '.join(both)}")
        if stray := [part.dataset for part in self.parts if part.contract.part_of != self.dataset or not part.sheet]:
            raise ValueError(f"layout {self.name} has parts of another dataset or without a sheet: {', '.join(stray)}")
        return self

    @property
    def all_noise(self) -> tuple[IgnoredRows, ...]:
        """The rows that are no data, by the layout and of a survey by what its tools write."""
        return (*self.noise, *(TOOLS.noise if self.dataset == "survey" else ()))

    @property
    def all_defects(self) -> tuple[KnownDefect, ...]:
        """The known defects, by the layout and of a survey by what its tools write."""
        return (*self.known_defects, *(TOOLS.known_defects if self.dataset == "survey" else ()))

    @property
    def contract(self) -> Dataset:
        """The contract of the dataset, or part of one, that the layout is for."""
        return SENT[self.dataset]

    def width_of(self, identifier: str) -> int:
        """How many digits an identifier of that type has; 0 where nothing is declared."""
        return next((n for name, n in self.widths.items() if self.contract.field(name).identifier == identifier), 0)

    def place(self, heading: str) -> str:
        """The heading as a finding names it: on a part's sheet, `sheet: heading`."""
        return f"{self.sheet}: {heading}" if self.contract.part_of else heading

    def heading(self, field: str) -> str:
        """The sender's heading of a contract's field; our title of it where no column carries it, "" for no field."""
        theirs = [heading for heading, name in self.columns.items() if name == field]
        return self.place(theirs[0] if theirs else self.contract.field(field).title if field else "")

    @property
    def source_name(self) -> str:
        """The source that a file of this layout is, unless a person says otherwise."""
        return self.source or self.name

    @property
    def measured(self) -> tuple[tuple[str, str], ...]:
        """Heading and field of each cell that the unpivot reads, in declared order."""
        measures = self.unpivot.measures.values() if self.unpivot else ()
        return tuple((heading, name) for measure in measures for name, heading in measure.items())

    @property
    def unpivoted(self) -> frozenset[str]:
        """The fields that the unpivot makes."""
        return frozenset({self.unpivot.into, *(name for _, name in self.measured)} if self.unpivot else ())

    @property
    def read(self) -> frozenset[str]:
        """Every heading whose cells are used."""
        measured = (heading for heading, _ in self.measured)
        return frozenset({*self.columns, *self.words, *self.questions, *self.blocks, *measured})

    @property
    def needed(self) -> frozenset[str]:
        """Headings without which a file is refused."""
        return self.read - set(self.optional)

    @property
    def known(self) -> frozenset[str]:
        """Every heading that the file may have."""
        return self.read | set(self.ignore)

    def fits(self, headings: Iterable[str]) -> bool:
        """True where every needed heading is there and every other one is known."""
        there = set(headings)
        return self.needed <= there and there <= self.known


def load_layouts(config: Path | None = None) -> tuple[Layout, ...]:
    """The package's layouts, then those of `config/layouts/`; one of the same dataset and name replaces ours.

    Raises ValueError naming the file when a TOML is not a layout.
    """
    return tuple({**layouts_in(Path(__file__).parent), **(layouts_in(config) if config else {})}.values())


def layouts_in(folder: Path) -> dict[str, Layout]:
    """The layouts of `layouts/<dataset>/*.toml` by dataset and name, as `population/counts`. Raises ValueError."""
    files = sorted(folder.glob("layouts/*/*.toml"))
    found = (read_layout(file.read_text(encoding="utf-8"), file.name) for file in files)
    return {f"{layout.dataset}/{layout.name}": layout for layout in found}


def read_layout(text: str, name: str) -> Layout:
    """One layout from TOML text. Raises ValueError that names the file and says what is wrong."""
    try:
        return Layout.model_validate(tomllib.loads(text))
    except ValueError as problem:
        raise ValueError(f"{name} is not a layout: {problem}") from None


def write_layout(layout: Layout) -> str:
    """The layout as TOML text that `read_layout` reads back as the same layout; what is as usual is left out."""
    declared = layout.model_dump(exclude_defaults=True)
    lines = [f"{key} = {_toml(value)}" for key, value in declared.items() if not isinstance(value, Mapping)]
    for name, table in declared.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{name}]", *(f"{_toml(key)} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A TOML string is a JSON string, but for DEL, which TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def template_layout(dataset: str, instruments: Instruments) -> Layout:
    """The layout of our own template workbook: the contract's headings; for the survey, every question's too.

    Each part of the dataset has a sheet of its own, named by the part's title.
    """
    parts = tuple(_template_sheet(part, part.title, {}) for part in PARTS.values() if part.part_of == dataset)
    questions = {item.heading: item.question_key for item in instruments.items} if dataset == "survey" else {}
    return _template_sheet(DATASETS[dataset], "Data", questions, parts)


def _template_sheet(
    contract: Dataset, sheet: str, questions: Mapping[str, str], parts: tuple[Layout, ...] = ()
) -> Layout:
    columns = {field.title: field.name for field in contract.fields}
    required = {field.title for field in contract.fields if field.required}
    return Layout(
        name="template",
        dataset=contract.name,
        title=f"{contract.title}: our own template",
        evidence="ours",
        format="xlsx",
        sheet=sheet,
        date_formats=("%Y-%m-%d", "%d/%m/%Y"),
        noise=(IgnoredRows(column=contract.fields[0].title, starts_with=(EXAMPLE_MARK,)),),
        columns=columns,
        questions=questions,
        optional=tuple(h for h in (*columns, *questions) if h not in required),
        ignore=tuple(contract.dropped.values()),
        parts=parts,
    )
