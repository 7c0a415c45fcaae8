"""What the guides say is so: their commands, queries, snippets, tables, links and tree."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
import typer

from flows import __main__ as command_line
from flows.demo import prepare_home, write_round
from flows.demo.tour import QUESTION
from flows.due import read_calendar
from flows.home.folders import FOLDERS
from flows.home.setup import make_home
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings, load_settings
from schemas.codelists import load_codelist
from schemas.rulebook import load_rulebook
from schemas.tables import DATASETS

ROOT = Path(__file__).parents[1]
PAGES = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))}
TEXT = "\n".join(PAGES.values())
COMMANDS = typer.main.get_command(command_line.app)


def blocks(kind: str, page: str = TEXT) -> list[str]:
    return re.findall(rf"^ *```{kind}\n(.*?)```", page, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Every `research-culture ...` that the guides show, in a block or within a sentence."""
    inline = re.findall(r"`(research-culture\s[^`]+)`", TEXT)
    lines = [
        line.partition(" #")[0].strip()
        for kind in ("sh", "bat", "ini")
        for b in blocks(kind)
        for line in b.splitlines()
    ]
    found = [re.sub(r"^.*?(?:research-culture|-m flows)(?= [a-z-])", "research-culture", line) for line in lines]
    whole = (one.rstrip('"') if one.count('"') % 2 else one for one in inline + found)  # a task's own quotation mark
    return sorted({" ".join(one.split()) for one in whole if one.startswith("research-culture ")})


@pytest.mark.parametrize("line", commands())
def test_every_command_is_understood_with_its_options(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in re.findall(r"[\w-]+\.(?:csv|tar)", line):
        Path(file).touch()
    words, command = shlex.split(line)[1:], COMMANDS
    while hasattr(command, "commands") and words != ["--help"]:
        assert words[0] in command.commands
        command = command.commands[words.pop(0)]
    if words != ["--help"]:
        command.make_context(line, words)  # raises where an option or argument is not one of its own


def test_the_commands_of_a_first_month_are_shown() -> None:
    shown = {line.split()[1] for line in commands()}
    assert {"init", "doctor", "template", "run", "status", "findings", "approve", "decline", "withdraw"} <= shown
    assert {"publish", "ingest", "erase", "retention", "rotate-key", "audit", "schedule", "query"} <= shown


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = set(re.findall(r"(?:^|`)make ([a-z]+)", TEXT, re.MULTILINE))
    assert shown >= {"run", "test", "check", "fix"}
    assert all(f"\n{target}: " in makefile for target in shown)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    folder = ROOT if page == "README.md" else ROOT / "docs"
    for target, part in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", PAGES[page]):
        there = folder / target
        assert there.exists(), target
        if part:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert part in {heading.lower().replace(" ", "-") for heading in headings}


def test_every_guide_is_named_in_the_readme() -> None:
    assert set(re.findall(r"docs/(\w+\.md)", PAGES["README.md"])) == set(PAGES) - {"README.md"}


def test_every_place_that_a_developer_is_sent_to_is_there() -> None:
    page = PAGES["changing_it.md"].partition("## Where to change what")[2]
    places = set(re.findall(r"`((?:flows|transforms|schemas|warehouse|tests)/[\w/.]*)", page))
    assert len(places) > 10
    assert {place for place in places if not (ROOT / place).exists()} == set()


def test_every_dataset_is_named() -> None:
    assert all(f"`{name}`" in PAGES["officer.md"] for name in DATASETS)


def test_the_lines_that_declare_an_organisation_its_targets_and_a_special_category_are_read(tmp_path: Path) -> None:
    for lines in blocks("csv"):
        heading = lines.partition(",")[0]
        is_target = "target" in lines.partition("\n")[0]
        others = {"field": "special_categories", "dataset": "calendar"}
        name = "targets" if is_target else others.get(heading, "organisations")
        (tmp_path / f"{name}.csv").write_text(lines, encoding="utf-8")
    (found,) = load_rulebook(tmp_path).organisations.values()
    assert [row["target"] for row in load_rulebook(tmp_path).tables["target"]] == [90, 5.5]
    assert (found.organisation_code, found.nation_code, found.is_fictional) == ("RVN", "england", False)
    assert load_rulebook(tmp_path).switched_on == {"sex_code": date(2026, 10, 1)}
    assert read_calendar(tmp_path, {"RVN"}).keys() == {("RVN", "job_plan"), ("RVN", "survey")}


@pytest.mark.parametrize(
    ("column", "codelist"), [("organisation_type", "organisation_type"), ("nation_code", "nation")]
)
def test_what_may_be_written_of_an_organisation_is_what_its_codelist_allows(column: str, codelist: str) -> None:
    (cell,) = re.findall(rf"^\| `{column}` \| (.+) \|$", PAGES["officer.md"], re.MULTILINE)
    assert re.findall(r"`(\w+)`", cell) == list(load_codelist(codelist).labels)


def test_the_settings_are_the_settings() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGES["settings.md"], re.MULTILINE))
    assert {name: cell.strip().strip("`") for name, cell in rows.items()} == {
        name: _unless_set(field.default) for name, field in Settings.model_fields.items()
    }


def _unless_set(value: object) -> str:
    if value is None:
        return "none: nothing runs"
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    table = re.findall(r"^\| (\d) \| (\w+)", PAGES["settings.md"], re.MULTILINE)
    declared = re.findall(r"(\d) (\w+)", (command_line.__doc__ or "").partition("Exit codes:")[2])
    assert [code for code, _ in table] == [code for code, _ in declared] == [str(n) for n in range(len(table))]


def test_the_folders_and_their_rights_are_the_declared_ones() -> None:
    rows = re.findall(r"^\| `(\w+)/` \| .* \| (\d+) \|$", PAGES["roles.md"], re.MULTILINE)
    assert rows == [(folder.name, f"{folder.widest:o}") for folder in FOLDERS]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The last month of the demo, released; the folder that the home lies in."""
    place = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("RESEARCH_CULTURE_HOME", "research-culture-home")
        patch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
        make_home(load_settings(), place / "rc.key", auto_approve=True)
        settings = load_settings()
        prepare_home(settings.home)
        write_round(settings.home, 1, 1)
        with exclusive_ledger(settings) as ledger:
            monthly(settings, ledger, plain_steps(settings, ledger), datetime(2026, 10, 2, 6, tzinfo=UTC))
        yield place


@pytest.mark.parametrize("question", [q.strip() for b in blocks("sql") for q in b.split(";") if q.strip()])
def test_every_query_gives_rows_on_the_demo(question: str, home: Path) -> None:
    analyst = home / "research-culture-home/restricted/analyst.duckdb"
    with duckdb.connect(str(analyst), read_only=True) as connection:
        assert connection.execute(question).fetchall()


def test_a_dashboard_authors_query_and_the_tours_need_the_release_only(home: Path) -> None:
    release = home / "research-culture-home/released/current/research_culture.duckdb"
    with duckdb.connect(str(release), read_only=True) as connection:
        for question in (*blocks("sql", PAGES["dashboard_author.md"]), QUESTION):
            assert connection.execute(question).fetchall()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks("python", PAGES[page])])
def test_every_snippet_of_python_runs(page: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    for snippet in blocks("python", PAGES[page]):
        made: dict[str, object] = {}
        exec(snippet, made)
        if "figures" in made:
            assert Path(str(made["figures"])).is_file()
        if isinstance(culture := made.get("culture"), duckdb.DuckDBPyConnection):
            assert culture.execute("SELECT count(*) FROM core.metric_figure").fetchone()
            culture.close()


def test_every_status_of_the_release_is_explained(home: Path) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGES["dashboard_author.md"], re.MULTILINE))
    release = home / "research-culture-home/released/current/research_culture.duckdb"
    with duckdb.connect(str(release), read_only=True) as connection:
        found = {
            status for (status,) in connection.execute("SELECT DISTINCT status FROM marts.metric_value").fetchall()
        }
    assert {"shown", "suppressed"} <= found <= explained
