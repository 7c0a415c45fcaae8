"""A person is erased: from every file under the home, whatever its format and state, and from every file to come."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.erase import erase
from flows.ingest import withdraw
from flows.monthly import Month, backfill, monthly, one_run, plain_steps
from flows.settings import Settings, SetupError, UsageError, actor, read_key
from flows.tombstones import Person
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.submissions import Period, State
from tests.flows.conftest import NOW
from tests.flows.test_canaries import written
from tests.transforms.test_layouts import fixture
from transforms.parse import read_shape
from transforms.pseudonymise import Pseudonymiser
from warehouse import erasures
from warehouse.ledger import Ledger

Put = Callable[[str, str | bytes], Path]
Run = Callable[[], Month]
GMC, EMPLOYEE, CASE, NAME = "7312345", "QXZ7351234", "PSU-7777", "quillfeather"
NUMBERS = {"registration": f"C{GMC}", "employee": EMPLOYEE, "case": CASE}
RULES = load_rulebook()
LAYOUTS = [one for one in RULES.layouts if any(f.identifier for f in one.contract.fields)]
EVERYBODY = Person("ZZ1", "registration", GMC)

PLANS = "Plan,No,GMC,Staff,State,Kind,PA\n"
PLAN_LAYOUT = """
name = "plans"
dataset = "job_plan"
title = "Plans"
evidence = "made for this test"
ignore = ["Notes", "Line manager"]
[columns]
Plan = "plan_id"
No = "line_number"
GMC = "registration_number"
Staff = "employee_number"
State = "plan_state_code"
Kind = "activity_category_code"
PA = "planned_pas"
"""


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


def do_erase(settings: Settings, person: Person = EVERYBODY, *, yes: bool = True) -> str:
    with one_run(settings) as ledger:
        return "\n".join(erase(settings, ledger, person, NOW + timedelta(minutes=2.5), "the lead", lambda _: yes))


def submissions(settings: Settings):
    with Ledger(settings.ledger, actor()) as ledger:
        return {s.submission_id: s for s in ledger.submissions()}


@pytest.fixture
def plan_layout(settings: Settings) -> None:
    path = settings.config / "layouts" / "job_plan" / "plans.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PLAN_LAYOUT, encoding="utf-8")


@pytest.fixture
def full(settings: Settings, put: Put, run: Run) -> Settings:
    """A home with the person in a file of every layout: loaded, superseded, withdrawn, refused, and waiting."""
    for layout in LAYOUTS:
        written(
            layout, with_person(layout), settings.inbox / f"ZZ1/2026-09/{layout.dataset}/{layout.name}.{layout.format}"
        )
    old = next(one for one in LAYOUTS if one.name == "example_esr_extract")
    written(old, with_person(old), settings.inbox / "ZZ1/2026-08/workforce/old.csv")
    put(f"ZZ1/unknown_{GMC}.csv", f"Colour,Who,Number\nred,{NAME},c{GMC}\nblue,other,7999999\n".encode("utf-16"))
    put("ZZ1/old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + GMC.encode("utf-16-le") + NAME.encode())
    put("ZZ1/other.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    month = run()
    assert [o.state for o in month.outcomes].count(State.LOADED) == len(LAYOUTS) + 1, [
        o.sentences for o in month.refused
    ]
    lines = with_person(old)
    lines[""] = [(*row[:-1], f"{row[-1]} changed") for row in lines[""]]
    lines[""][0] = with_person(old)[""][0]
    written(old, lines, settings.inbox / "ZZ1/2026-08/workforce/newer.csv")
    run()
    with one_run(settings) as ledger:
        withdraw(settings, ledger, ledger.loaded()[0].submission_id, NOW)
    put(f"ZZ1/late_{GMC}.csv", f"Colour,Number\nred,{GMC}\nblue,1\n")
    put("ZZ1/late.doc", f"about {GMC}")
    return settings


@pytest.mark.slow
def test_an_erased_person_is_in_no_file_under_the_home(full: Settings, run: Run) -> None:
    before, rows = submissions(full), others(full)
    assert {s.state for s in before.values()} == {State.LOADED, State.SUPERSEDED, State.WITHDRAWN, State.REJECTED}
    held = found_in(full)
    assert {name.split("/")[0] for name in held} >= {"landing", "staged", "inbox", "restricted", "ledger.sqlite"}
    released = {f: f.read_bytes() for f in full.released.rglob("*") if f.is_file()}
    said = do_erase(full)
    assert found_in(full) == {}
    assert others(full) == rows
    after = submissions(full)
    assert {one: s.state for one, s in after.items()} == {one: s.state for one, s in before.items()}
    for one, s in after.items():
        assert s.counts.rows_in == before[one].counts.rows_in and s.counts.is_reconciled
        assert (s.counts.erased > 0) == (s.state is not State.REJECTED)
        assert s.counts.rejected <= before[one].counts.rejected
        assert s.sha256 == before[one].sha256
    (removed,) = [one for one, s in after.items() if not s.landed_name]
    assert f"Removed whole, since their format cannot be blanked: {removed}." in said
    assert "1 files could not be looked into" in said
    assert "removed: its format cannot be blanked" in said and "inbox held the person and was blanked" in said
    assert all(f.stat().st_mode & 0o777 == 0o400 for f in full.landing.iterdir())
    assert {f: f.read_bytes() for f in released} == released
    assert run().published is not None  # a release without the person is proposed
    assert run().published is None


@pytest.mark.slow
def test_erasing_again_changes_nothing(full: Settings) -> None:
    do_erase(full)
    files = {f: f.read_bytes() for f in (*full.landing.iterdir(), *full.staged.rglob("*.parquet"))}
    counts = {one: s.counts for one, s in submissions(full).items()}
    assert "erased from 0 submissions" in do_erase(full)
    assert {f: f.read_bytes() for f in files} == files
    assert {one: s.counts for one, s in submissions(full).items()} == counts


def test_the_same_bytes_and_new_files_do_not_bring_the_person_back(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    first = plans((GMC, EMPLOYEE), ("7000001", "000200"))
    put("ZZ1/2026-08/a.csv", first)
    put("ZZ1/2026-09/a.csv", first.replace("1.5", "2"))
    run()
    with one_run(settings) as ledger:
        withdraw(settings, ledger, ledger.loaded()[0].submission_id, NOW)
    do_erase(settings)
    put("ZZ1/2026-08/a.csv", first)  # withdrawn: taken again
    put("ZZ1/2026-09/a.csv", first.replace("1.5", "2"))  # loaded: a no-op
    put(f"ZZ1/2026-10/{EMPLOYEE}.csv", plans(("7000001", "000200"), ("", EMPLOYEE), (f"C{GMC}", "000777")))
    put("ZZ1/unknown.csv", f"Colour,Number\nred,{GMC}\nblue,1\n")
    month = run()
    taken = {o.period: o.counts for o in month.outcomes if o.is_taken}
    assert {period: (c.rows_in, c.accepted, c.erased) for period, c in taken.items()} == {
        "2026-08": (2, 1, 1),
        "2026-10": (3, 1, 2),
    }
    assert month.as_rows()[0]["erased"] in ("1", "2")
    assert found_in(settings) == {}
    put("ZZ1/2026-11/a.csv", plans(("", "000777"), ("7000001", "000200")))  # a number that was met beside theirs
    assert [(o.counts.accepted, o.counts.erased) for o in run().outcomes] == [(1, 1)]


def test_a_number_that_goes_with_two_people_is_not_followed(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200"), ("7000002", "000200"), (GMC, "000300"), ("", "000300")))
    run()
    do_erase(settings)
    (file,) = settings.staged.glob("*/job_plan.parquet")
    assert pq.read_table(file)["row_number"].to_pylist() == [3]


def test_a_number_that_stands_for_none_does_not_take_everyone_with_it(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(*(("0000000", f"0002{n:02}") for n in range(30))))
    run()
    do_erase(settings, Person("ZZ1", "employee", "000205"))
    (file,) = settings.staged.glob("*/job_plan.parquet")
    assert pq.read_table(file).num_rows == 29


def test_the_number_goes_from_cells_that_are_not_read_in_other_peoples_rows(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    text = plans(("7000001", "000200"), ("7000002", "000201")).replace("PA\n", "PA,Line manager\n")
    text = text.replace("000200,signed_off,SPA,1.5", f'000200,signed_off,SPA,1.5,"see C{GMC}, please"')
    put("ZZ1/2026-09/a.csv", text.replace("000201,signed_off,SPA,1.5", "000201,signed_off,SPA,1.5,x"))
    run()
    do_erase(settings)
    (landed,) = settings.landing.iterdir()
    assert landed.read_text().splitlines()[1].endswith('1.5,"see (erased), please"')
    assert found_in(settings) == {}
    assert [s.counts.accepted for s in submissions(settings).values()] == [2]


def test_a_file_of_nobody_else_stays_loaded_without_rows(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE)))
    run()
    do_erase(settings)
    ((submission, month),) = ((s, run()) for s in submissions(settings).values())
    assert (submission.state, submission.counts.accepted, submission.counts.erased) == (State.LOADED, 0, 1)
    assert month.published is not None
    with one_run(settings) as ledger:
        again = backfill(settings, ledger, plain_steps(settings, ledger), *[Period.parse("2026-09")] * 2, NOW)
    assert [(o.state, o.counts.erased) for o in again.outcomes] == [(State.LOADED, 1)]


def test_one_organisations_person_is_anothers_where_nothing_is_linked(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    for code in ("ZZ1", "ZZ2"):
        put(f"{code}/2026-09/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    run()
    do_erase(settings)
    erased = {s.said.organisation: s.counts.erased for s in submissions(settings).values()}
    assert erased == {"ZZ1": 1, "ZZ2": 0}


def test_a_linked_person_is_erased_everywhere_but_not_who_shares_an_employee_number(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = settings.model_copy(update={"link_organisations": True})
    monkeypatch.setenv("RESEARCH_CULTURE_LINK_ORGANISATIONS", "true")
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    put("ZZ2/2026-09/a.csv", plans((GMC, "000300"), ("7000002", "000200")))
    with one_run(linked) as ledger:
        monthly(linked, ledger, plain_steps(linked, ledger), NOW)
    do_erase(linked)
    for file in linked.staged.glob("*/job_plan.parquet"):
        assert pq.read_table(file)["row_number"].to_pylist() == [3]


def test_a_stop_half_way_is_ended_by_the_same_again(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in ("2026-08", "2026-09"):
        put(f"ZZ1/{month}/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    put("ZZ1/2026-10/a.csv", plans(("", EMPLOYEE), ("7000001", "000200")))
    run()
    real, calls = erasures.record, []

    def failing(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("the disk is gone")
        real(*args)

    monkeypatch.setattr(erasures, "record", failing)
    with pytest.raises(OSError, match="gone"):
        do_erase(settings)
    monkeypatch.setattr(erasures, "record", real)
    do_erase(settings)
    assert found_in(settings) == {}
    counts = [(s.counts.accepted, s.counts.erased) for s in submissions(settings).values()]
    assert counts == [(1, 1)] * 3


def test_what_cannot_be_looked_into_is_not_kept_once_somebody_is_erased(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    run()
    do_erase(settings)
    put("ZZ1/old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + GMC.encode())
    (outcome,) = run().outcomes
    assert (outcome.state, outcome.sentences) == (State.REJECTED, outcome.sentences)
    assert found_in(settings) == {} and "old-style .xls" in outcome.sentences[0]
    assert len(list(settings.landing.iterdir())) == 1


def test_nothing_is_erased_without_a_yes(settings: Settings, plan_layout: None, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE)))
    run()
    held = found_in(settings)
    assert do_erase(settings, yes=False) == "Nothing was erased."
    assert found_in(settings) == held
    with Ledger(settings.ledger, actor()) as ledger:
        assert not erasures.tombstones(ledger) and not erasures.touched(ledger)


def test_the_log_says_what_was_erased_and_not_who(settings: Settings, plan_layout: None, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    run()
    do_erase(settings)
    with Ledger(settings.ledger, actor()) as ledger:
        (submission,) = erasures.touched(ledger)
        entries = {row["action"]: row["detail"] for row in ledger.rows("SELECT action, detail FROM audit")}
        (row,) = ledger.rows("SELECT * FROM erasure")
    assert submission in entries["erase"] and '"by": "the lead"' in entries["erase"]
    assert '"rows": 1' in entries["erase rows"]
    assert row["former_sha256"] == submissions(settings)[submission].sha256 != row["new_sha256"]
    assert (row["row_count"], row["erased_by"]) == (1, "the lead")


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Person("ZZ1", "registration", "12"), "does not have the shape of the registration number"),
        (Person("ZZ1", "case", " "), "does not have the shape"),
        (Person("ZZ9", "registration", GMC), "not declared"),
    ],
)
def test_what_cannot_be_a_person_is_refused(settings: Settings, person: Person, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refusal:
        do_erase(settings, person)
    assert not person.typed.strip() or person.typed not in str(refusal.value)


def test_a_key_that_people_were_erased_under_is_missed(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    do_erase(settings)
    assert settings.key
    settings.key.write_text("ab" * 32 + "\n")
    with pytest.raises(SetupError, match="is not in the key file; add it"):
        run()


def test_a_landed_file_that_the_ledger_does_not_know_goes_with_the_next_build(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    (settings.landing / "20260101-abc-1").write_text(f"left by a run that was stopped: {GMC}")
    run()
    assert found_in(settings) == {}
