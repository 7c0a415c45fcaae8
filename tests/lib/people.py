"""A made-up person in files of every layout, and the search for what is left of them under a home."""

from __future__ import annotations

import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from flows.erased.tombstones import Person
from flows.home.keys import read_key
from flows.monthly.run import exclusive_ledger
from flows.privacy.erase import erase
from flows.settings import Settings, actor
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from tests.lib.files import fixture
from tests.lib.walk import NOW
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import read_shape
from warehouse.ledger.store import Ledger

GMC, EMPLOYEE, CASE, NAME = "7312345", "QXZ7351234", "PSU-7777", "quillfeather"
NUMBERS = {"registration": f"C{GMC}", "employee": EMPLOYEE, "case": CASE}
RULES = load_rulebook()
LAYOUTS = [one for one in RULES.layouts if any(f.identifier for f in one.contract.fields)]
PERSON = Person("ZZ1", "registration", GMC)

PLANS = "Plan,No,GMC,Staff,State,Kind,PA\n"


def plans(*people: tuple[str, str], also: str = "") -> str:
    lines = [f"JP-{n},1,{gmc},{employee},signed_off,SPA,1.5" for n, (gmc, employee) in enumerate(people, 1)]
    return PLANS + "\n".join(lines) + "\n" + also


def with_person(layout: Layout) -> dict[str, list[tuple[str, ...]]]:
    """The layout's fixture in which the first person whose numbers are usable is ours, with a name beside them."""
    sheets = read_shape(fixture(layout), f"a.{layout.format}").sheets
    swaps: dict[str, str] = {}
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, rows in sheets.items():
        one = next((p for p in (layout, *layout.parts) if any(p.needed <= set(row) for row in rows)), None)
        top = next((n for n, row in enumerate(rows) if one and one.needed <= set(row)), len(rows))
        found[name] = [tuple(cell.replace("X9001", "ZZ1") for cell in row) for row in rows[: top + 1]]
        for row in rows[top + 1 :]:
            cells = dict(zip(rows[top], row, strict=False))
            for heading, cell in cells.items():
                kind = one and heading in one.columns and one.contract.field(one.columns[heading]).identifier
                if not swaps and kind in NUMBERS and cell and "EXAMPLE" not in row[0]:
                    ours = {h: one.contract.field(f).identifier for h, f in one.columns.items() if h in cells}
                    swaps = {cells[h]: NUMBERS[k] for h, k in ours.items() if k in NUMBERS and cells[h]}
                    swaps |= {} if layout.dataset != "workforce" else {cells[rows[top][0]]: "POST-1"}
            is_ours = not set(swaps).isdisjoint(row)
            ignored = {h: f"{c} {NAME}" for h, c in cells.items() if is_ours and one and h in one.ignore}
            found[name].append(tuple(ignored.get(h) or swaps.get(c, c) for h, c in cells.items()))
    return found


def text_of(file: Path) -> str:
    """Everything that a file holds: its bytes, and what a reader of its format gets out of them."""
    raw = file.read_bytes()
    held = [raw.decode("latin-1"), raw.decode("utf-16-le", "ignore"), raw[1:].decode("utf-16-le", "ignore")]
    if file.suffix == ".parquet":
        held.append(str(pq.read_table(file).to_pylist()))
        held += [
            str(c.dictionary) for column in pq.read_table(file).columns for c in column.chunks if "dict" in str(c.type)
        ]
    elif file.suffix == ".duckdb":
        with duckdb.connect(file, read_only=True) as connection:
            names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            held += [str(connection.execute(f'SELECT * FROM "{s}"."{t}"').fetchall()) for s, t in names]
    elif raw.startswith(b"SQLite format"):
        connection = sqlite3.connect(file)
        held.append("\n".join(connection.iterdump()))
        connection.close()
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as book:
            held += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return "\n".join(held).lower()


def secrets_of(settings: Settings, *more: str) -> list[str]:
    """The person's numbers and name, and every pseudonym that was made of them."""
    key = Pseudonymiser(*read_key(settings), "ZZ1")
    normalised = {**NUMBERS, "registration": GMC}
    return [GMC, EMPLOYEE, CASE, NAME, *more, *(key.pseudonym(kind, number) for kind, number in normalised.items())]


def found_in(settings: Settings, *more: str) -> dict[str, list[str]]:
    """Which files under the home hold the person, and what of them."""
    secrets = [one.lower() for one in secrets_of(settings, *more)]
    files = {str(f.relative_to(settings.home)): text_of(f) for f in settings.home.rglob("*") if f.is_file()}
    held = {name: [one for one in secrets if one in text or one in name.lower()] for name, text in files.items()}
    return {name: those for name, those in held.items() if those}


def others(settings: Settings) -> dict[str, list[str]]:
    """Every staged row that is not the person's, by submission and table, with its row number."""
    mine = set(secrets_of(settings))
    return {
        f"{file.parent.name}/{file.stem}": [
            str(r) for r in pq.read_table(file).to_pylist() if mine.isdisjoint(r.values())
        ]
        for file in sorted(settings.staged.glob("*/*.parquet"))
    }


def do_erase(settings: Settings, person: Person = PERSON, *, yes: bool = True) -> str:
    with exclusive_ledger(settings) as ledger:
        return "\n".join(erase(settings, ledger, person, NOW + timedelta(minutes=2.5), "the lead", lambda _: yes))


def submissions(settings: Settings):
    with Ledger(settings.ledger, actor()) as ledger:
        return {s.submission_id: s for s in ledger.submissions()}
