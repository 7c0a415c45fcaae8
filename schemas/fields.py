"""What a contract is made of: fields, and the contract of a table or dataset.

A contract is declared once; the pandera schema, the Arrow types, the DDL, the column comments,
the template workbook and the data dictionary are all derived from it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "code", "identifier", "integer", "number", "date", "timestamp", "boolean"]

# One row a kind: its Arrow type and its SQL type, which DuckDB and Spark both know.
KINDS: dict[str, tuple[pa.DataType, str]] = {
    "text": (pa.string(), "STRING"),
    "code": (pa.string(), "STRING"),
    "identifier": (pa.string(), "STRING"),
    "integer": (pa.int64(), "BIGINT"),
    "number": (pa.float64(), "DOUBLE"),
    "date": (pa.date32(), "DATE"),
    "timestamp": (pa.timestamp("us"), "TIMESTAMP"),
    "boolean": (pa.bool_(), "BOOLEAN"),
}


@dataclass(frozen=True)
class Field:
    """One column of a contract."""

    name: str
    kind: Kind
    description: str  # plain English, with the unit; it becomes the column comment and the dictionary entry
    _: KW_ONLY
    heading: str = ""  # as the template workbook shows it
    required: bool = False  # a missing or unusable cell rejects the row, not the value
    unit: str = ""  # of a number: in units.toml
    codelist: str = ""  # for kind "code": which list its values are on
    implies: str = ""  # the field of the same row that each of its values settles: what it is of by its codelist
    identifier: str = ""  # for kind "identifier": which type of identifiers.py it is
    is_sensitive: bool = False  # special-category-like: a cell of it is never quoted
    is_switched: bool = False  # special category: read only where `config/special_categories.csv` switches it on
    shape: str = ""  # for kind "text": a pattern that the whole cell must have; it keeps prose out
    minimum: float | None = None
    maximum: float | None = None
    example: str = ""  # the example row of the template workbook
    made_of: tuple[str, ...] = ()  # an export without it may have it made of these fields, by a mapping
    may_be_numbered: bool = False  # ... or by numbering its lines, within those that agree in `made_of`

    @property
    def is_safe(self) -> bool:
        """May a finding quote a date or number in it? Never for identifiers, free text and what is sensitive."""
        return self.kind not in ("identifier", "text") and not self.is_sensitive

    @property
    def is_percentage(self) -> bool:
        """True where its values run from 0 to 100."""
        return self.name.endswith("_pct")

    @property
    def title(self) -> str:
        """The heading that people see: the declared one, else the name in words."""
        return self.heading or self.name.replace("_", " ").capitalize()

    @property
    def sql_type(self) -> str:
        """The column's type in DDL, for example `DOUBLE`."""
        return KINDS[self.kind][1]

    def arrow_type(self) -> pa.DataType:
        """The column's type in staged Parquet."""
        return KINDS[self.kind][0]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The declared shape of one table: `name` is schema-qualified, `grain` says what one row is."""

    name: str
    title: str
    grain: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...] = ()  # none for a step that nobody is handed: its columns are those of its SELECT
    warning: str = ""  # what may not be concluded from it
    version: str = ""  # of a mart: warehouse/release/promises.py says which change needs which step
    role: str = ""  # `step`, `decision`, `view`, `history` or `build`: only the build uses it
    partition: tuple[str, ...] = ()  # columns whose values part its rows: what is made of one part reads that part only

    def field(self, name: str) -> Field:
        """The field of that name; KeyError if the contract has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(field.name for field in self.fields)

    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of a frame that keeps this contract."""
        return pa.schema([pa.field(f.name, f.arrow_type(), nullable=not f.required) for f in self.fields])


PeriodType = Literal["snapshot", "to_date", "interval", "wave"]


@dataclass(frozen=True, kw_only=True)
class Dataset(Contract):
    """What organisations send of one kind. `name` is the bare dataset name; its rows are the sender's lines."""

    period_type: PeriodType
    period_unit: Literal["month", "years"] = "month"
    period_field: str = ""  # the date whose month is the period, when all rows agree on it
    one_of: tuple[tuple[str, ...], ...] = ()  # of each group at least one field must be present in a row
    one_of_not_for: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=dict
    )  # ... but in rows with one of these codes of a field
    within_period: tuple[str, ...] = ()  # dates that belong in the period that a file is for
    until_period: tuple[str, ...] = ()  # dates that belong in it or before it
    not_future: tuple[str, ...] = ()  # dates that may lie after it, but not after the day on which the file came
    noise_without: tuple[str, ...] = ()  # a row with none of these, and no answer to a question, is none of the dataset
    whole: str = ""  # what several of its rows make together, such as a plan: where one of them is refused, it is told
    whole_by: tuple[str, ...] = ()  # the fields in which the rows of one agree; none: those of one person
    is_refused_whole: bool = False  # the others are then refused too, since they are added up
    part_of: str = ""  # the dataset whose workbook it is a further sheet of
    is_optional: bool = False  # that sheet may be absent
    dropped: Mapping[str, str] = dataclasses.field(
        default_factory=dict
    )  # fields read no more: headings in our template
    is_national: bool = False  # a published file: `organisation_code` stands in its rows, the sender is `national`

    @property
    def identifiers(self) -> tuple[Field, ...]:
        """The fields that never pass the third step as they are."""
        return tuple(field for field in self.fields if field.kind == "identifier")

    @property
    def whole_keys(self) -> tuple[str, ...]:
        """The staged columns of `whole_by`."""
        return tuple(pseudonym_of(f).name if f.kind == "identifier" else f.name for f in map(self.field, self.whole_by))

    @property
    def person_keys(self) -> tuple[str, ...]:
        """The staged columns that each tell one person."""
        there = {pseudonym_of(field).name for field in self.identifiers}
        return tuple(name for name in ("registration_key", "employee_key") if name in there)

    def staged(self) -> Contract:
        """The contract of `staging.<dataset>`: each identifier replaced by its pseudonym, `<type>_key`."""
        kept = {f.name: pseudonym_of(f) if f.kind == "identifier" else f for f in self.fields}
        return Contract(
            name=f"staging.{self.name}",
            title=self.title,
            grain=self.grain,
            keys=("submission_id", *(kept[key].name for key in self.keys)),
            fields=(*SUBMISSION_FIELDS, *kept.values(), *([KEY_ID] if self.identifiers else [])),
            partition=() if self.is_national else ("organisation_code",),
        )


def pseudonym_of(field: Field) -> Field:
    """The staged field that replaces an identifier field: 64 hexadecimal characters of HMAC-SHA256."""
    return replace(
        field,
        name=f"{field.identifier}_key",
        kind="text",
        identifier="",
        description=f"Pseudonym in place of the {field.title.lower()}: HMAC-SHA256 in hexadecimal.",
    )


SUBMISSION_FIELDS = (
    Field("submission_id", "text", "Submission that the row came in.", required=True),
    Field("row_number", "integer", "Row of the sender's file, as Excel counts.", required=True),
)
KEY_ID = Field("key_id", "text", "Which key made the row's pseudonyms.")
