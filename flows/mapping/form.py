"""The mapping workbook's sheets, headings and answers, as they are written and read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.workbooks.sheets import YES_NO
from schemas.fields import Field
from schemas.layouts import Layout, template_layout
from schemas.rulebook import Rulebook
from schemas.tables import PARTS, SENT
from transforms.guessing.evidence import DATE_FORMATS, MONTH_FIRST_FORMATS

SHEET, ABOUT, ABSENT, ROWS, TICKS, VALUES = (
    *("Mapping", "About this export", "Not in the export"),
    *("Rows to leave out", "Tick lists", "Values"),
)
HEADINGS = ("Your heading", "We think it is", "Keep or ignore", "How sure", "What is below it", "Sheet")
KEEP, IGNORE = "keep", "ignore"
TICK_LIST = f"A tick list: its options are on the sheet {TICKS}"

# Labels of the sheet About
DATASET, NAME = "What it holds", "Name of this kind of export"
FORMAT, DELIMITER, DATA_SHEET, ABOVE = "Format", "Delimiter", "Sheet", "Lines above the headings"
COMMA, DATES, PERIOD = "Numbers have a decimal comma", "Dates are written", "Period"
PARTED, LIKE = "Options of a tick list are parted by", "Like the layout"

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DAY_FIRST, MONTH_FIRST = "day first, as 31/12/2026", "month first, as 12/31/2026"
DATES_AS = {DAY_FIRST: DATE_FORMATS, MONTH_FIRST: (*DATE_FORMATS[:3], *MONTH_FIRST_FORMATS)}
UNDECIDED = "please say: nobody can tell from the first rows"
AS_SENT, IN_NAME, IN_COLUMN = "as its folder or its dates say", "in the file's name", 'in the column "{}"'
MADE, NUMBERED, FILLED = "make one from {}", "number the lines", "where it is empty, as in the line above"
EQUALS, STARTS = "is", "starts with"


@dataclass(frozen=True)
class Choice:
    """What a column may be chosen as: a field or question key of a sheet, or what a layout does with a heading."""

    sheet: str
    key: str = ""
    like: str = ""  # the heading of the layout that the export is nearly of


def choices(dataset: str, rules: Rulebook, near: Layout | None = None) -> dict[str, Choice]:
    """By the words on the drop-down: the columns of the dataset's template, of its further sheets, and the others."""
    template = template_layout(dataset, rules.instruments)
    found = {title: Choice(dataset, key) for title, key in {**template.columns, **template.questions}.items()}
    for part in template.parts:
        found |= {f"{part.sheet}: {title}": Choice(part.dataset, key) for title, key in part.columns.items()}
    for heading in _special(near) if near and near.dataset == dataset else ():
        found[f'As "{heading}" in {near.name}' if near else ""] = Choice(dataset, like=heading)
    return found | ({TICK_LIST: Choice(dataset)} if dataset == "survey" else {})


def _special(layout: Layout) -> Iterable[str]:
    """The headings that a layout reads in a way that no single field stands for."""
    return (*layout.words, *layout.blocks, *(heading for heading, _ in layout.measured))


def meanings(dataset: str, rules: Rulebook) -> dict[str, tuple[str, str, str]]:
    """What a value may be chosen as, like `Plan state: Signed off` -> sheet, field and code."""
    found: dict[str, tuple[str, str, str]] = {}
    for sheet in (dataset, *parts_of(dataset)):
        before = f"{SENT[sheet].title}: " if sheet != dataset else ""
        for field in SENT[sheet].fields:
            labels = labels_of(field, rules).items()
            found |= {f"{before}{field.title}: {label}": (sheet, field.name, code) for label, code in labels}
    return found


def labels_of(field: Field, rules: Rulebook) -> dict[str, str]:
    """The words that a field takes -> what they are read as; none where it takes anything."""
    if field.kind == "boolean":
        return dict(zip(YES_NO, YES_NO, strict=True))
    return {label: code for code, label in rules.codelists[field.codelist].labels.items()} if field.codelist else {}


def ticks(rules: Rulebook) -> dict[str, str]:
    """The options that may be ticked: their headings -> question keys."""
    return {item.heading: item.question_key for item in rules.instruments.items if item.scale_code == "tick"}


def parts_of(dataset: str) -> tuple[str, ...]:
    """The further sheets of the dataset."""
    return tuple(name for name, part in PARTS.items() if part.part_of == dataset)


def made_of(field: Field, dataset: str) -> str:
    """How an identifier that the export lacks may be made, in words; "" where it may not."""
    titles = [SENT[dataset].field(name).title for name in field.made_of]
    return MADE.format(", ".join(titles)) if titles and field.kind != "integer" else ""


def instead(field: Field, dataset: str, rules: Rulebook) -> Sequence[str]:
    """What every line may have instead of a column that the export lacks, or of an empty cell of one that it has."""
    ways = [made_of(field, dataset)] if made_of(field, dataset) else []
    ways += [NUMBERED] if field.may_be_numbered else []
    return (*ways, *labels_of(field, rules), FILLED)


def said(field: Field, dataset: str, layout: Layout | None, rules: Rulebook) -> str:
    """What a layout says that every line has instead of a column, in the words of the drop-down."""
    if layout is None:
        return ""
    if field.name in layout.filled_down:
        return FILLED
    if field.name in (*layout.made, *layout.numbered):
        return NUMBERED if field.name in layout.numbered else made_of(field, dataset)
    code = layout.constants.get(field.name, "")
    return next((label for label, one in labels_of(field, rules).items() if one == code), code)
