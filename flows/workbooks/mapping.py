"""Mapping workbooks: an export never seen before, laid out for an officer to say what each column is.

Filled in and put back into the inbox, the workbook becomes a layout in `config/layouts/`: no code, no TOML by hand.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import NoReturn

from python_calamine import CalamineWorkbook

from flows.workbooks.sheets import YES_NO, new_workbook, offer, write_choices, write_table
from schemas.codelists import fold
from schemas.findings import Finding, Refusal
from schemas.layouts import Layout, template_layout, write_layout
from schemas.rulebook import Rulebook
from schemas.tables import DATASETS
from transforms.reading.parse import UnknownLayout, read_shape
from transforms.reading.shape import cell_text, clean, open_workbook, sheet_rows
from warehouse.db import files

SHEET, ABOUT, VALUES = "Mapping", "About this export", "Values"
HEADINGS = ("Your heading", "We think it is", "Keep or ignore", "How sure")
KEEP, IGNORE = "keep", "ignore"
DATASET, NAME = "What it holds", "Name of this kind of export"
FORMAT, DELIMITER, DATA_SHEET = "Format", "Delimiter", "Sheet"
ABOVE, BELOW = "Lines above the headings", "Lines below the headings that are no data"
COMMA = "Numbers have a decimal comma"
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LIKELY, GUESS = 0.8, 0.6  # how alike two headings must be (difflib's ratio)
# Columns that hold who someone is, or free text: never taken, so never suggested.
PERSONAL = re.compile(r"\b(names?|forename|surname|e ?mail|phone|telephone|mobile|address|birth|comments?|notes?)\b")
EVIDENCE = "made from a mapping workbook that an officer filled in"
DATE_FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    *("%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d/%m/%y"),
)
NULLS = ("", "-", "N/A", "NA")


def write_mapping(unknown: UnknownLayout, dataset: str | None, rules: Rulebook, path: Path) -> None:
    """Write the workbook to fill in: every heading of the file with what it seems to be; no cell of its data.

    Without a dataset the one whose columns fit best is suggested.
    """
    ours = [dataset] if dataset else [name for name, d in DATASETS.items() if not d.is_national]
    guesses = {name: _guess(unknown.headed.headings, name, rules) for name in ours}
    best = max(ours, key=lambda name: sum(ratio for _, ratio in guesses[name].values()))
    ours.sort(key=lambda name: name != best)
    choices = list(dict.fromkeys(choice for name in ours for choice in _choices(name, rules)))
    with new_workbook(path) as book:
        lines = [
            (heading, choice, KEEP if choice else IGNORE, _how_sure(ratio))
            for heading, (choice, ratio) in guesses[best].items()
        ]
        sheet = write_table(book, SHEET, HEADINGS, lines, (48, 60, 16, 14))
        about = write_table(book, ABOUT, ("", "", HOW_TO), _about(unknown, best), (44, 44, 90))
        offer(about, (8, 1, 8, 1), list(YES_NO), COMMA)
        values = write_table(book, VALUES, ("Your value", "What we call it", VALUES_HINT), (), (44, 60, 90))
        lists = book.add_worksheet("Choices")
        offer(sheet, (1, 1, len(lines), 1), write_choices(lists, 0, "Columns", choices), HEADINGS[1])
        offer(sheet, (1, 2, len(lines), 2), [KEEP, IGNORE], HEADINGS[2])
        titles = [DATASETS[name].title for name in ours]
        offer(about, (1, 1, 1, 1), write_choices(lists, 1, "Datasets", titles), DATASET)
        meanings = list(dict.fromkeys(meaning for name in ours for meaning in _meanings(name, rules)))
        offer(values, (1, 1, 500, 1), write_choices(lists, 2, "Values", meanings), VALUES)


HOW_TO = (
    f"Check each line of the sheet {SHEET}: choose what the column is, or '{IGNORE}' to leave it out"
    " (names, e-mail addresses and free text are always left out). Save, and put this workbook back into the inbox."
)
VALUES_HINT = "Only where the export has words of its own, for example for a state: one line for each of them."


def _about(unknown: UnknownLayout, dataset: str) -> list[tuple[object, ...]]:
    words = {sign: word for word, sign in DELIMITERS.items()}
    mark = hashlib.sha256("\n".join(unknown.headed.headings).encode()).hexdigest()[:8]
    return [
        (DATASET, DATASETS[dataset].title, "Choose from the list."),
        (NAME, f"export_{mark}", "Short, the same each time: files of one name replace each other month by month."),
        (FORMAT, unknown.headed.shape.format, "As found; leave it."),
        (DELIMITER, words.get(unknown.headed.shape.delimiter, "comma"), "As found; leave it."),
        (DATA_SHEET, unknown.headed.sheet, "As found; leave it."),
        (ABOVE, unknown.headed.metadata_rows, "As found; leave it."),
        (BELOW, 0, "2 for Qualtrics, else 0."),
        (COMMA, "no", "yes where 7,5 means seven and a half."),
    ]


def _choices(dataset: str, rules: Rulebook) -> Mapping[str, str]:
    """What a column may be chosen as -> the field or question key: the headings of the dataset's template."""
    template = template_layout(dataset, rules.instruments)
    return {**template.columns, **template.questions}


def _meanings(dataset: str, rules: Rulebook) -> Mapping[str, tuple[str, str]]:
    """What a value may be chosen as, like `Plan state: Signed off` -> field and code."""
    found: dict[str, tuple[str, str]] = {}
    for field in DATASETS[dataset].fields:
        labels = {word: word for word in YES_NO} if field.kind == "boolean" else {}
        if field.codelist:
            labels = dict(rules.codelists[field.codelist].labels)
        found |= {f"{field.title}: {label}": (field.name, code) for code, label in labels.items()}
    return found


def _known(dataset: str, rules: Rulebook) -> dict[str, str]:
    """Every folded spelling that we have met -> the choice: titles, names, labels and other layouts' headings."""
    by_key = {key: choice for choice, key in _choices(dataset, rules).items()}
    known = {fold(spelling): choice for key, choice in by_key.items() for spelling in (choice, key)}
    known |= {fold(i.label): by_key[i.question_key] for i in rules.instruments.items if i.question_key in by_key}
    for layout in rules.layouts:
        if layout.dataset == dataset:
            for heading, key in {**layout.columns, **layout.questions}.items():
                known.setdefault(fold(heading), by_key[key])
    return known


def _how_sure(ratio: float) -> str:
    if not ratio:
        return "please say"
    return "sure" if ratio == 1 else "likely" if ratio >= LIKELY else "guess"


def _guess(headings: Sequence[str], dataset: str, rules: Rulebook) -> dict[str, tuple[str, float]]:
    """The likeliest choice of each heading and how alike they are ('' and 0 for none), no choice twice."""
    known = _known(dataset, rules)
    asked = {h: fold(h) for h in headings if fold(h) in known or not PERSONAL.search(fold(h))}
    found = [
        (SequenceMatcher(None, spelling, like).ratio(), heading, known[like])
        for heading, spelling in asked.items()
        for like in get_close_matches(spelling, known, n=3, cutoff=GUESS)
    ]
    guesses: dict[str, tuple[str, float]] = {}
    for ratio, heading, choice in sorted(found, key=lambda match: -match[0]):
        if heading not in guesses and choice not in dict(guesses.values()):
            guesses[heading] = choice, ratio
    return {heading: guesses.get(heading, ("", 0)) for heading in headings}


def is_mapping(path: Path) -> bool:
    """True for a mapping workbook of ours, by its sheets' names; the rest of the file is not opened for it."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            text = part.read(100_000).decode("utf-8", "replace")
    except (KeyError, EOFError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        return False  # whatever else it is, reading it as an export says what is wrong
    return all(f'name="{name}"' in text for name in (SHEET, ABOUT, VALUES))


def read_mapping(path: Path, rules: Rulebook, config: Path) -> Path:
    """Turn a filled workbook into `config/layouts/<dataset>/<name>.toml`; gives its path.

    Raises Refusal: F022 with the reason where the workbook cannot be used, F003 to F007 where it cannot be opened.
    """
    with path.open("rb") as stream:
        read_shape(stream, "mapping.xlsx")  # refuses what is not safe to open
        book = open_workbook(stream)
        sheets = {name: _lines(book, name) for name in (SHEET, ABOUT, VALUES)}
    about = {label: value for label, value, *_ in sheets[ABOUT]}
    layout = _layout(about, sheets[SHEET][1:], sheets[VALUES][1:], rules)
    _refuse_double(layout, rules)
    target = config / "layouts" / layout.dataset / f"{layout.name}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, write_layout(layout).encode())
    return target


def _lines(book: CalamineWorkbook, sheet: str) -> list[list[str]]:
    """The sheet's lines as text, each of at least four cells."""
    lines = [[clean(cell_text(cell)) for cell in line] for line in sheet_rows(book, sheet)]
    return [line + [""] * (len(HEADINGS) - len(line)) for line in lines]


def _layout(
    about: Mapping[str, str], lines: Iterable[Sequence[str]], values: Iterable[Sequence[str]], rules: Rulebook
) -> Layout:
    dataset = _dataset(about.get(DATASET, ""))
    chosen, ignored = _chosen(lines, dataset, rules)
    contract = DATASETS[dataset]
    return Layout(
        name=_name(about.get(NAME, ""), dataset, rules),
        dataset=dataset,
        title=f"{contract.title}: {about[NAME]}, by mapping workbook",
        evidence=EVIDENCE,
        format="xlsx" if about.get(FORMAT) == "xlsx" else "csv",
        delimiter=DELIMITERS.get(about.get(DELIMITER, ""), ","),
        sheet=about.get(DATA_SHEET, ""),
        metadata_rows=_number(about, ABOVE),
        rows_after_header=_number(about, BELOW),
        decimal_comma=about.get(COMMA) == "yes",
        date_formats=DATE_FORMATS,
        nulls=NULLS,
        columns={heading: key for heading, key in chosen.items() if key in contract.names},
        questions={heading: key for heading, key in chosen.items() if key not in contract.names},
        ignore=ignored,
        values=_values(values, dataset, rules),
    )


def _chosen(lines: Iterable[Sequence[str]], dataset: str, rules: Rulebook) -> tuple[dict[str, str], tuple[str, ...]]:
    """Heading -> field or question key, and the headings to ignore. Raises Refusal F022."""
    choices = _choices(dataset, rules)
    chosen: dict[str, str] = {}
    ignored = []
    for heading, choice, verdict, *_ in (line for line in lines if line[0]):
        if verdict == IGNORE:
            ignored.append(heading)
        elif verdict != KEEP:
            _refuse(f'"{heading}" says neither {KEEP} nor {IGNORE}')
        elif choice not in choices:
            _refuse(f'"{heading}" is kept, but "{choice}" is not a column of {DATASETS[dataset].title}')
        elif choices[choice] in chosen.values():
            _refuse(f'two headings are kept as "{choice}"')
        else:
            chosen[heading] = choices[choice]
    _refuse_gaps(dataset, set(chosen.values()))
    return chosen, tuple(ignored)


def _refuse_gaps(dataset: str, given: set[str]) -> None:
    contract = DATASETS[dataset]
    for field in contract.fields:
        if field.required and field.name not in given:
            _refuse(f'no heading is kept as "{field.title}", which every line must have')
    for group in contract.one_of:
        if not given & set(group):
            titles = " or ".join(f'"{contract.field(name).title}"' for name in group)
            _refuse(f"no heading is kept as {titles}, of which every line must have one")


def _refuse_double(layout: Layout, rules: Rulebook) -> None:
    headings = layout.read | set(layout.ignore)
    for other in rules.layouts:
        if (other.dataset, other.name) != (layout.dataset, layout.name) and other.fits(headings):
            _refuse(f'these headings are already known as "{other.name}" in config/layouts/{other.dataset}')


def _values(lines: Iterable[Sequence[str]], dataset: str, rules: Rulebook) -> dict[str, dict[str, str]]:
    meanings = _meanings(dataset, rules)
    found: dict[str, dict[str, str]] = {}
    for theirs, meaning, *_ in (line for line in lines if line[0]):
        if meaning not in meanings:
            _refuse(f'a line of the sheet {VALUES} says "{meaning}", which is not on its list')
        field, code = meanings[meaning]
        if found.setdefault(field, {}).setdefault(theirs, code) != code:
            _refuse(f'a value of the sheet {VALUES} is given two meanings, one of them "{meaning}"')
    return found


def _dataset(title: str) -> str:
    found = [name for name, contract in DATASETS.items() if title in (contract.title, name)]
    if not found:
        _refuse(f'"{title}" beside "{DATASET}" is not on the list')
    return found[0]


def _name(written: str, dataset: str, rules: Rulebook) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", written.casefold()).strip("_")
    if not name:
        _refuse(f'"{NAME}" is empty')
    if any((r.dataset, r.name) == (dataset, name) and r.evidence != EVIDENCE for r in rules.layouts):
        _refuse(f'the name "{name}" is one of ours; choose another')
    return name


def _number(about: Mapping[str, str], label: str) -> int:
    written = about.get(label, "") or "0"
    if not written.isdigit():
        _refuse(f'"{label}" is not a number')
    return int(written)


def _refuse(why: str) -> NoReturn:
    raise Refusal(Finding("F022", details={"why": why}))
