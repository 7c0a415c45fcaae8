"""As known on a day: two corrections and a withdrawal, and what stood at the end of each day, worked out by hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.errors import UsageError
from flows.monthly.as_known import write_as_known
from flows.monthly.by_hand import withdraw
from flows.monthly.curate import rewrite_databases
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from tests.lib.walk import Put, walked_once
from warehouse.ledger.store import Ledger

PLANS_LAYOUT = """
name = "plans"
dataset = "job_plan"
title = "Plans, as our own system exports them"
evidence = "made for this test"
[columns]
Plan = "plan_id"
Line = "line_number"
Person = "employee_number"
State = "plan_state_code"
What = "activity_category_code"
PAs = "planned_pas"
"""
NEW_YEAR = datetime(2027, 1, 1, 9, tzinfo=UTC)
FIGURES = """
SELECT organisation_code, value, people_count FROM marts.metric_value
WHERE metric_id = 'job_plan_any_research_time' AND breakdown = 'all' ORDER BY organisation_code
"""


def plans(research: int, other: int) -> str:
    """Signed-off plans of a line each, so many with research time and so many without."""
    kinds = ["Research"] * research + ["DCC"] * other
    lines = [f"p{n},1,E{n:05},Signed off,{kind},10" for n, kind in enumerate(kinds)]
    return "\n".join(["Plan,Line,Person,State,What,PAs", *lines]) + "\n"


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def walk(settings: Settings, put: Put, quick_walk: None) -> Callable[..., str]:
    """Put plans into an organisation's inbox and walk them to a release at a time of October; gives the submission."""
    layout = settings.config / "layouts" / "job_plan" / "plans.toml"
    layout.parent.mkdir()
    layout.write_text(PLANS_LAYOUT, encoding="utf-8")

    def walk_on(when: datetime, organisation: str, research: int, other: int) -> str:
        put(f"{organisation}/2026-09/plans.csv", plans(research, other))
        with exclusive_ledger(settings) as ledger:
            (outcome,) = monthly(settings, ledger, plain_steps(settings, ledger), when).outcomes
        assert outcome.is_taken
        return outcome.submission_id

    return walk_on


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of `october` is kept once it has been walked to; each test has a copy of its own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def october(settings: Settings, walk: Callable[..., str], cache: Path) -> Settings:
    """ZZ1: 12 of 24 people, corrected to 36 of 60 in the last minute of the 10th, and to 105 of 140 on the 20th.
    ZZ2: 20 of 40, withdrawn on the 12th."""

    def walk_all() -> None:
        walk(at(2), "ZZ1", 12, 12)
        withdrawn = walk(at(2, 13), "ZZ2", 20, 20)
        walk(at(10, 23, 59), "ZZ1", 36, 24)
        with exclusive_ledger(settings) as ledger:
            withdraw(settings, ledger, withdrawn, "", "", at(12))
        walk(at(20), "ZZ1", 105, 35)

    walked_once(settings, cache, walk_all)
    return settings


def known_on(settings: Settings, day: str, file: Path, now: datetime = NEW_YEAR) -> tuple[str, ...]:
    with exclusive_ledger(settings) as ledger:
        return write_as_known(settings, ledger, day, file, now)


def first_submission(settings: Settings) -> str:
    with Ledger(settings.ledger, "tester") as ledger:
        return ledger.submissions()[0].submission_id


def asked(file: Path, question: str) -> list[tuple]:
    with duckdb.connect(file, read_only=True) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.parametrize(
    ("day", "files", "expected"),
    [
        ("2026-10-01", "0 submissions", []),
        ("2026-10-09", "2 submissions", [("ZZ1", 50, 24), ("ZZ2", 50, 40)]),
        ("2026-10-11", "2 submissions", [("ZZ1", 60, 60), ("ZZ2", 50, 40)]),
        ("2026-10-31", "1 submission", [("ZZ1", 75, 140)]),
    ],
)
def test_each_day_shows_what_stood_at_its_end(
    october: Settings, tmp_path: Path, day: str, files: str, expected: list[tuple]
) -> None:
    known = known_on(october, day, tmp_path / "known.duckdb")
    assert asked(tmp_path / "known.duckdb", FIGURES) == expected
    assert known[0].endswith(f" by today's rules: {files}.")
    assert known[-1] == "It is no release: pass nothing on from it."


def test_a_day_ends_at_midnight_in_utc(october: Settings, tmp_path: Path) -> None:
    known_on(october, "2026-10-10", tmp_path / "known.duckdb")
    assert asked(tmp_path / "known.duckdb", FIGURES)[0] == ("ZZ1", 60, 60)


def test_it_knows_the_releases_and_states_of_that_day_only(october: Settings, tmp_path: Path) -> None:
    file = tmp_path / "known.duckdb"
    known_on(october, "2026-10-11", file)
    assert asked(file, "SELECT count(*) FROM audit.release") == [(3,)]
    assert asked(file, "SELECT max(released_at) < DATE '2026-10-12' FROM core.metric_history") == [(True,)]
    assert asked(file, "SELECT state_code, count(*) FROM audit.submission_state GROUP BY ALL ORDER BY ALL") == [
        ("loaded", 2),
        ("superseded", 1),
    ]
    assert file.stat().st_mode & 0o777 == 0o600
    schemas = "SELECT DISTINCT schema_name FROM duckdb_tables() ORDER BY 1"
    assert [name for (name,) in asked(file, schemas)] == ["audit", "core", "marts", "reference"]


def test_the_guides_question_names_the_submissions_behind_a_figure_in_each_release(october: Settings) -> None:
    guide = (Path(__file__).parents[3] / "docs/analyst/guide.md").read_text(encoding="utf-8")
    (question,) = re.findall(r"-- Which files stood behind a figure[^;`]*", guide)
    came = "SELECT submission_id FROM audit.submission_state WHERE organisation_code = 'ZZ1' ORDER BY landed_at"
    first, second, third = (name for (name,) in asked(october.analyst_file, came))
    rows = asked(october.analyst_file, question)
    assert [(released.day, value, name) for _, released, _, value, _, name, *_ in rows] == [
        (2, 50, first),
        (2, 50, first),  # released again an hour later, with ZZ2's plans beside it
        (10, 60, second),
        (20, 75, third),
    ]
    assert [(accepted.day, state) for *_, accepted, state in rows[1:]] == [
        (2, "superseded"),
        (10, "superseded"),
        (20, "loaded"),
    ]


def test_nothing_else_is_touched(october: Settings, tmp_path: Path) -> None:
    def everything() -> dict[str, str]:
        files = (f for f in october.home.rglob("*") if f.is_file() and not f.name.startswith("ledger"))  # it has a note
        files = (f for f in files if f.name != "month.html")  # it says when it was written last
        return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}

    def states() -> list[tuple]:
        with Ledger(october.ledger, "tester") as ledger:
            return [(s.submission_id, s.state, s.state_at) for s in ledger.submissions()]

    before = everything(), states()
    known_on(october, "2026-10-11", tmp_path / "known.duckdb")
    assert (everything(), states()) == before
    assert {"work.duckdb", "current.json", "analyst.duckdb"} <= {Path(name).name for name in before[0]}
    assert not list(tmp_path.glob(".as-known-*"))


def test_a_submission_whose_rows_are_gone_is_named(october: Settings, tmp_path: Path) -> None:
    first = first_submission(october)
    for file in (october.staged / first).iterdir():
        file.unlink()
    (october.staged / first).rmdir()
    known = known_on(october, "2026-10-09", tmp_path / "known.duckdb")
    assert known[1:-1] == (f"Known then, but its rows are gone, erased, damaged or expired: submission {first}.",)
    assert asked(tmp_path / "known.duckdb", FIGURES) == [("ZZ2", 50, 40)]


def test_a_submission_of_which_rows_were_erased_is_named(october: Settings, tmp_path: Path) -> None:
    first = first_submission(october)
    with exclusive_ledger(october) as ledger, ledger.change(NEW_YEAR, "erase", first) as record:
        record.execute(
            "UPDATE submission SET rows_erased = 1, rows_accepted = rows_accepted - 1 WHERE submission_id = ?", (first,)
        )
    known = known_on(october, "2026-10-09", tmp_path / "known.duckdb")
    assert known[1:-1] == (f"Known then with more rows, of which some were erased since: submission {first}.",)


def test_what_makes_the_analysts_file_anew_without_rows_that_are_gone_removes_it(october: Settings) -> None:
    file = october.home / "restricted" / "october.duckdb"
    known_on(october, "2026-10-09", file)
    with exclusive_ledger(october) as ledger:
        rewrite_databases(october, ledger)
    assert not file.exists() and october.analyst_file.is_file()


@pytest.mark.parametrize("day", ["31 October 2026", "2026-02-30", "2026-10"])
def test_a_day_that_is_none_is_refused(settings: Settings, tmp_path: Path, day: str) -> None:
    with pytest.raises(UsageError, match="write it like 2026-10-31"):
        known_on(settings, day, tmp_path / "known.duckdb")


def test_tomorrow_is_refused_and_today_is_not(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in the future"):
        known_on(settings, "2026-10-03", tmp_path / "known.duckdb", at(2))
    assert known_on(settings, "2026-10-02", tmp_path / "known.duckdb", at(2))[0].endswith(": 0 submissions.")


@pytest.mark.parametrize("place", ["released", "warehouse", "staged/deeper", "restricted/analyst.duckdb", "there"])
def test_a_file_is_refused_where_it_would_be_taken_for_another(settings: Settings, tmp_path: Path, place: str) -> None:
    (settings.staged / "deeper").mkdir()
    (tmp_path / "there").write_text("mine")
    file = tmp_path / "there" if place == "there" else settings.home / place
    file = file / "known.duckdb" if file.is_dir() else file
    with pytest.raises(UsageError, match="exists already" if place == "there" else "cannot be written there"):
        known_on(settings, "2026-10-02", file)
    assert (tmp_path / "there").read_text() == "mine"


def test_the_folder_of_named_analysts_may_hold_it_and_a_missing_one_is_told(settings: Settings, tmp_path: Path) -> None:
    known_on(settings, "2026-10-02", settings.home / "restricted" / "october.duckdb")
    assert (settings.home / "restricted" / "october.duckdb").is_file()
    with pytest.raises(UsageError, match="no such folder"):
        known_on(settings, "2026-10-02", tmp_path / "none" / "known.duckdb")
