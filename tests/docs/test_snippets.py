"""The guides' queries and snippets are run on the demo, all of it, and give the answers that the guides show."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.demo.tour import QUESTION, give_tour
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import load_settings
from tests.lib.guides import PAGES, blocks
from warehouse.build import checks

ANALYST = "research-culture-home/restricted/analyst.duckdb"
RELEASE = "research-culture-home/released/current/research_culture.duckdb"
QUERIES = [
    (page, query.strip())
    for page in PAGES
    for block in blocks("sql", PAGES[page])
    for query in block.split(";")
    if query.strip()
]


def snippets(language: str) -> list[tuple[str, str]]:
    return [(page, snippet) for page in PAGES for snippet in blocks(language, PAGES[page])]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """What `make run` makes: the folder that the home of the whole demo lies in, and what the demo said of it."""
    place = tmp_path_factory.mktemp("here")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_suites", dict)  # they have their own test
        patch.chdir(place)
        patch.setenv("RESEARCH_CULTURE_HOME", "research-culture-home")
        patch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
        give_tour(_run, lambda *lines: said.extend(lines), 12)
        yield place, " ".join(" ".join(said).split())


def _run() -> None:
    settings = load_settings()
    with exclusive_ledger(settings) as ledger:
        monthly(settings, ledger, plain_steps(settings, ledger), datetime(2026, 10, 2, 6, tzinfo=UTC))


@pytest.fixture
def home(demo: tuple[Path, str]) -> Path:
    """The folder that the home of the demo lies in."""
    return demo[0]


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_every_query_gives_rows(page: str, query: str, home: Path) -> None:
    read = [RELEASE] if page.startswith("dashboard/") else [ANALYST]
    for file in read:
        with duckdb.connect(str(home / file), read_only=True) as connection:
            assert connection.execute(query).fetchall()


ANSWERED = [
    (query, answer)
    for name in ("ten_questions", "staff_groups")
    for query, answer in re.findall(r"```sql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", PAGES[f"analyst/{name}.md"], re.DOTALL)
]


def test_there_are_ten_questions_of_the_release_one_of_the_records_and_a_worked_example() -> None:
    assert len(ANSWERED) == 12


def test_every_question_names_its_period() -> None:
    assert [query for query, _ in ANSWERED if not re.search(r"period_end (=|IN \() ?DATE '", query)] == []


@pytest.mark.parametrize(("query", "answer"), ANSWERED)
def test_every_question_has_the_answer_that_stands_below_it(query: str, answer: str, home: Path) -> None:
    of_release = "audit." not in query and "core." not in query  # those two are for analysts alone
    for file in (ANALYST, RELEASE) if of_release else (ANALYST,):
        with duckdb.connect(str(home / file), read_only=True) as connection:
            result = connection.execute(query)
            heads = [column[0] for column in result.description]
            rows = [[_cell(value) for value in row] for row in result.fetchall()]
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in answer.splitlines()]
        assert [heads, *rows] == [lines[0], *lines[2:]]


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def test_the_readme_shows_what_the_demo_prints(demo: tuple[Path, str]) -> None:
    place, said = demo
    (printed,) = (block for block in blocks("text", PAGES["README.md"]) if "== Round 1" in block)
    parts = [
        " ".join(part.split()) for part in re.findall(r"^(== .*?)(?=^\[\.\.\.\]|^organisation)", printed, re.M | re.S)
    ]
    assert len(parts) == 4
    assert [part for part in parts if part not in said] == []
    manifest = json.loads((place / RELEASE).with_name("manifest.json").read_text(encoding="utf-8"))
    (shown,) = re.findall(r"^[\d,]+ of [\d,]+ figures shown", printed, re.MULTILINE)
    assert manifest["headline"].startswith(shown)


def test_the_worked_example_counts_the_same_people_in_sql_python_and_r(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGES["analyst/staff_groups.md"]
    counted = {
        (str(datetime.strptime(label, "at %d %B %Y").date()), group): int(people)
        for label, group, people in re.findall(r"^\| (at [^|]+) \| ([^|]+) \| (\d+) \|", page, re.MULTILINE)
    }
    assert len(counted) == 9
    monkeypatch.chdir(home)
    made: dict[str, Any] = {}
    exec(*blocks("python", page), made)
    assert {cell: made["people"].loc[date.fromisoformat(cell[0]), cell[1]] for cell in counted} == counted
    if shutil.which("Rscript"):
        program = f"{blocks('r', page)[0]}\nwrite.csv(as.data.frame(as.table(people)), 'people.csv')"
        assert subprocess.run(["Rscript", "--vanilla", "-e", program], capture_output=True).returncode == 0
        lines = csv.reader(Path("people.csv").read_text(encoding="utf-8").splitlines())
        read = {(day, group): people for _, day, group, people in lines}
        assert {cell: int(read[cell]) for cell in counted} == counted


def test_the_tours_question_needs_the_release_only(home: Path) -> None:
    with duckdb.connect(str(home / RELEASE), read_only=True) as connection:
        assert connection.execute(QUESTION).fetchall()


@pytest.mark.parametrize(("page", "snippet"), snippets("python"))
def test_every_snippet_of_python_runs(page: str, snippet: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in re.findall(r"^import (\w+)", snippet, re.MULTILINE):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed here, and the program does not need it.")
    monkeypatch.chdir(home)
    made: dict[str, object] = {}
    exec(snippet, made)
    if "figures" in made:  # a path to the figures, or the figures
        assert Path(made["figures"]).is_file() if isinstance(made["figures"], Path) else len(made["figures"])  # type: ignore[arg-type]
    for connection in made.values():
        if isinstance(connection, duckdb.DuckDBPyConnection):
            assert connection.execute("SELECT count(*) FROM marts.metric_value").fetchone()
            connection.close()


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here; the program does not need it.")
@pytest.mark.parametrize(("page", "snippet"), snippets("r"))
def test_every_snippet_of_r_runs(page: str, snippet: str, home: Path) -> None:
    program = ["Rscript", "--vanilla", "-e", f"options(warn = 2)\n{snippet}\nstopifnot(nrow(scores) > 0)"]
    ran = subprocess.run(program, cwd=home, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_every_status_of_the_release_is_explained(home: Path) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGES["dashboard/guide.md"], re.MULTILINE))
    with duckdb.connect(str(home / RELEASE), read_only=True) as connection:
        found = {
            status for (status,) in connection.execute("SELECT DISTINCT status FROM marts.metric_value").fetchall()
        }
    assert {"shown", "suppressed"} <= found <= explained
