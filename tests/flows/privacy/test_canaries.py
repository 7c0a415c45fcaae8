"""Planted names and numbers: whatever files and file names hold of people, only landing keeps it.

Every layout's fixture is sent anew with made-up people in its identifier columns, its ignored columns and its free
text, on every sheet, and with a name in its file name; beside them come files that are refused, of unknown layout, or
held. Then everything that the walk wrote is searched: raw bytes, UTF-16, what is zipped, and what databases hold.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.monthly.as_known import write_as_known
from flows.monthly.run import Month, exclusive_ledger
from flows.settings import Settings
from flows.workbooks.sheets import new_workbook
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.submissions import State
from tests.lib.files import Sheets, fixture, written
from transforms.reading.parse import read_shape
from warehouse.ledger.store import Ledger

RULES = load_rulebook()
LAYOUTS = {layout.name: layout for layout in RULES.layouts if layout.name != "template"}
SHAPED = {"registration": "L73{:04}", "employee": "QXZ735{:04}"}  # no hexadecimal: no pseudonym can hold them
OTHER = "Yxq-{:04}"  # plans, appraisals, cases, answers
SURNAMES = (
    *("Quillfeather", "Thistlewick", "Marblethwaite", "Snodbury", "Wimpleford", "Crundlesham", "Bogglesworth"),
    *("Fennimarsh", "Grumbleby", "Hexwhistle", "Jollipond", "Kettlebrook", "Lumbersnatch", "Muddlecombe"),
)
FILE_NAME = "Featherstone{:02}x"
NO_PERSON = ("EXAMPLE", "Grand", "Report", "Total", "TOTAL")


@dataclass
class Planted:
    """What was planted so far, and the next numbers to plant."""

    canaries: set[str] = field(default_factory=set)
    file_count: int = 0
    text_count: int = 0

    def identifier(self, kind: str, number: int) -> str:
        return self._keep(SHAPED.get(kind, OTHER).format(number))

    def text(self, cell: str) -> str:
        """Free text with a person's name and e-mail address in it."""
        self.text_count += 1
        surname = self._keep(SURNAMES[self.text_count % len(SURNAMES)])
        return f"{cell} Jo {surname} <jo.{surname.lower()}@example.org>"

    def file_name(self) -> str:
        self.file_count += 1
        return self._keep(FILE_NAME.format(self.file_count))

    def _keep(self, canary: str) -> str:
        self.canaries.add(canary)
        return canary

    def found_in(self, *texts: str | bytes) -> set[str]:
        """Which of the planted things the texts hold, as text or as UTF-16, in whatever case."""
        content = [(text.encode() if isinstance(text, str) else text).lower() for text in texts]
        forms = {one: (one.lower().encode(), one.lower().encode("utf-16-le")) for one in self.canaries}
        return {one for one, sought in forms.items() if any(form in text for form in sought for text in content)}


@pytest.fixture
def planted() -> Planted:
    return Planted()


def peopled(
    layout: Layout, planted: Planted, organisation: str, *, is_everywhere: bool = False, length: int | None = None
) -> Sheets:
    """The layout's fixture with people in it, sheet by sheet: its first lines, or all.

    `is_everywhere` puts names into every cell of a line.
    """
    shape = read_shape(fixture(layout), f"a.{layout.format}")
    sheets: Sheets = {name: list(rows[:length]) for name, rows in shape.sheets.items()}
    people: dict[tuple[str, str], int] = {}
    for part in (layout, *layout.parts):
        name = next((name for name, rows in sheets.items() if any(part.needed <= set(row) for row in rows)), None)
        if name is None:
            continue
        rows = sheets[name]
        top = next(place for place, row in enumerate(rows) if part.needed <= set(row))
        for place in range(top + 1 + part.rows_after_header, len(rows)):
            cells = zip(rows[top], rows[place], strict=False)
            rows[place] = tuple(_cell(part, planted, people, *pair, is_everywhere) for pair in cells)
    return {
        name: [tuple(c.replace("X9001", organisation) for c in row) for row in rows] for name, rows in sheets.items()
    }


def _cell(
    part: Layout, planted: Planted, people: dict[tuple[str, str], int], heading: str, cell: str, is_everywhere: bool
) -> str:
    known = part.contract.field(part.columns[heading]) if heading in part.columns else None
    if is_everywhere or heading in part.ignore or heading in part.words:
        return planted.text(cell)
    if known is None or not cell or cell.startswith(NO_PERSON):
        return cell
    if known.kind != "identifier" and known.name != "response_id":
        return cell
    person = people.setdefault((known.name, cell), planted.file_count * 20 + len(people))
    return planted.identifier(known.identifier, person)


@pytest.fixture
def sent(settings: Settings, planted: Planted) -> Settings:
    """An inbox with a file of every layout, by turns of two organisations, and five files that will be refused."""
    for number, layout in enumerate(RULES.layouts):
        organisation = f"ZZ{1 + number % 2}"
        place = settings.inbox / ("national" if layout.dataset == "nss_benchmark" else f"{organisation}/2026-09")
        file = place / layout.dataset / f"{planted.file_name()}.{layout.format}"
        written(layout, peopled(layout, planted, organisation), file)
    folder = settings.inbox / "ZZ1" / "2026-09"
    for name in ("example_pa_export", "example_case_system"):
        layout = LAYOUTS[name]
        file = folder / "names" / f"{planted.file_name()}.{layout.format}"
        written(layout, peopled(layout, planted, "ZZ1", is_everywhere=True), file)
    for text in (f"Colour,Surname\nred,{planted.text('')}\n", "", f'A,B\n"{planted.text("")},L730999\nx,y\nz,z\n'):
        (folder / f"{planted.file_name()}.csv").write_text(text, encoding="utf-8")
    return settings


def texts_of(file: Path) -> Iterator[str | bytes]:
    """Everything that a file holds: its bytes, and what they say once unpacked."""
    yield file.read_bytes()
    if file.suffix == ".parquet":
        yield "\n".join(map(str, duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()))
    elif file.suffix == ".duckdb":
        with duckdb.connect(file, read_only=True) as connection:
            found = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for schema, table in found:
                yield str(connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall())
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as book:
            yield from (book.read(name) for name in book.namelist())


def test_the_search_finds_a_name_in_every_form_that_a_file_can_have(tmp_path: Path, planted: Planted) -> None:
    name = planted.file_name()
    (tmp_path / "plain.log").write_text(name.upper())
    (tmp_path / "wide.bin").write_bytes(b"x" + name.encode("utf-16-le"))
    with new_workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("Data").write(0, 0, name)
    with duckdb.connect(tmp_path / "a.duckdb") as connection:
        connection.execute(f"CREATE TABLE t AS SELECT '{name}' AS a; COPY t TO '{tmp_path}/a.parquet'")
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".bin", ".duckdb", ".log", ".parquet", ".xlsx"]
    assert all(planted.found_in(*texts_of(file)) == {name} for file in tmp_path.iterdir())


def ledger_text(settings: Settings, but: tuple[str, ...] = ("sent_name",)) -> str:
    """The ledger without the one column that keeps the name a file was sent under."""
    connection = sqlite3.connect(settings.ledger)
    connection.row_factory = sqlite3.Row
    try:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [dict(row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
    finally:
        connection.close()
    return "\n".join(str({name: value for name, value in row.items() if name not in but}) for row in rows)


def written_files(settings: Settings) -> Iterator[Path]:
    for file in sorted(settings.home.rglob("*")):
        inside = file.relative_to(settings.home).parts[0]
        if file.is_file() and inside not in ("landing", "labels", "inbox") and not inside.startswith("ledger.sqlite"):
            yield file


@pytest.fixture
def months(sent: Settings, planted: Planted, prefect_server: Callable[[], str]) -> list[Month]:
    """The first month, and a second one in which a correction that lost most of its lines is held."""
    from flows import prefect_flows

    months = [prefect_flows.call(prefect_flows.monthly)]
    layout = LAYOUTS["example_pa_export"]
    place = sent.inbox / f"ZZ{1 + RULES.layouts.index(layout) % 2}" / "2026-09" / "job_plan"
    written(layout, peopled(layout, planted, "ZZ1", length=3), place / f"{planted.file_name()}.csv")
    return [*months, prefect_flows.call(prefect_flows.monthly)]


def names_on_pages(ledger: Ledger) -> dict[str, set[str]]:
    """By the folder of a month's page, the names of files that it may tell: the officer's page of all."""
    found: dict[str, set[str]] = {}
    for one in ledger.submissions():
        for folder in ("findings", one.organisation_code):
            found.setdefault(folder, set()).add(one.sent_name.partition(".")[0])
    return found


def counted(canaries: Iterable[str], *patterns: str) -> int:
    return sum(one.startswith(tuple(pattern.partition("{")[0] for pattern in patterns)) for one in canaries)


@pytest.mark.slow
def test_people_in_files_and_file_names_reach_nothing_but_landing(
    sent: Settings,
    planted: Planted,
    months: list[Month],
    prefect_server: Callable[[], str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    outcomes = [outcome for month in months for outcome in month.outcomes]
    states = [outcome.state for outcome in outcomes]
    assert states.count(State.REJECTED) == 5, [o.sentences for o in outcomes if o.state is State.REJECTED]
    assert states.count(State.LOADED) == len(RULES.layouts) and states[-1] is State.HELD
    assert months[0].published
    with exclusive_ledger(sent) as ledger:
        known = sent.home / "restricted" / "known.duckdb"
        write_as_known(sent, ledger, f"{datetime.now(UTC):%Y-%m-%d}", known, datetime.now(UTC))
        names = {s.submission_id: s.sent_name.partition(".")[0] for s in ledger.submissions()}
        named = names_on_pages(ledger)

    kinds = (*SHAPED.values(), OTHER, FILE_NAME)
    assert len(planted.canaries) >= 50
    assert all(counted(planted.canaries, kind) >= 10 for kind in kinds) and set(SURNAMES) <= planted.canaries
    in_content = {one for one in planted.canaries if one not in names.values()}
    landed = planted.found_in(*(text for file in sent.landing.iterdir() for text in texts_of(file)))
    assert landed == in_content  # the search finds what is there

    kept = prefect_server()
    assert planted.found_in(kept) == set() and outcomes[0].submission_id in kept
    assert planted.found_in(ledger_text(sent)) == set()
    assert planted.found_in(ledger_text(sent, but=())) == set(names.values())
    assert planted.found_in(*(file.read_text() for file in sent.labels.iterdir())) == set(names.values())
    assert planted.found_in(str(months) + "".join(capfd.readouterr())) == set()
    assert any("ZZ1" in str(text) for text in texts_of(sent.analyst_file))
    searched = {file.relative_to(sent.home).parts[0] for file in written_files(sent)}
    assert searched >= {"config", "staged", "warehouse", "findings", "proposed", "history", "restricted", "released"}
    assert {"findings.xlsx", "mapping.xlsx", "known.duckdb"} <= {file.name for file in written_files(sent)}
    for file in written_files(sent):
        # A sender's own workbook and page say which of their files they are about; no other does.
        own = {names[file.parent.name]} if file.name == "findings.xlsx" else set()
        own |= named[file.parent.name] if file.name == "month.html" else set()
        assert planted.found_in(*texts_of(file)) <= own, file.name
        assert planted.found_in(str(file.relative_to(sent.home))) == set()
