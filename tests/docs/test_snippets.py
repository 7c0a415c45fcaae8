"""The guides' queries and snippets are run on one month of the demo: two trusts and a support unit."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from flows.demo import prepare_home, write_round
from flows.demo.tour import QUESTION
from flows.home.setup import make_home
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import load_settings
from tests.lib.guides import PAGES, blocks

SENDERS = {"ZZ1", "ZZ2", "ZZ5", "national"}
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
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The last month of the demo, of those senders, released; the folder that the home lies in."""
    place = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("RESEARCH_CULTURE_HOME", "research-culture-home")
        patch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
        make_home(load_settings(), place / "rc.key", auto_approve=True)
        settings = load_settings()
        prepare_home(settings.home)
        write_round(settings.home, 1, 1)
        for found in [one for one in settings.inbox.iterdir() if one.name not in SENDERS]:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        with exclusive_ledger(settings) as ledger:
            monthly(settings, ledger, plain_steps(settings, ledger), datetime(2026, 10, 2, 6, tzinfo=UTC))
        yield place


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_every_query_gives_rows(page: str, query: str, home: Path) -> None:
    read = [RELEASE] if page.startswith("dashboard/") else [ANALYST]
    for file in read:
        with duckdb.connect(str(home / file), read_only=True) as connection:
            assert connection.execute(query).fetchall()


ANSWERED = re.findall(r"```sql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", PAGES["analyst/ten_questions.md"], re.DOTALL)


def test_there_are_ten_questions_of_the_release_and_one_of_the_records() -> None:
    assert len(ANSWERED) == len(blocks("sql", PAGES["analyst/ten_questions.md"])) == 11


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
