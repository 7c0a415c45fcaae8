"""What the README says is so: its commands, settings, exit codes, headings and SQL."""

import re
from pathlib import Path

import pytest
import typer

from flows import __main__ as command_line
from flows.settings import Settings
from schemas.metrics import load_metrics
from schemas.rulebook import Organisation, load_rulebook
from schemas.tables.sent import DATASETS
from warehouse.build.build import build
from warehouse.build.inputs import StagedSubmission
from warehouse.db.connection import open_work
from warehouse.db.references import reference_tables

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = [q.strip() for block in re.findall(r"```sql\n(.*?)```", README, re.DOTALL) for q in block.split(";")]
COMMANDS = typer.main.get_command(command_line.app).commands


def test_every_command_that_it_shows_is_there() -> None:
    shown = set(re.findall(r"(?:(?<=`)|(?<=\n)|(?<=   ))(?:research-culture|-m flows) ([a-z-]+)", README))
    assert shown <= set(COMMANDS)
    assert {"init", "template", "run", "status", "publish"} <= shown


def test_every_make_target_that_it_shows_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert shown >= {"run", "test", "check", "fix"}
    assert all(f"\n{target}: " in makefile for target in shown)


def test_its_settings_are_the_settings() -> None:
    table = README.partition("## Settings")[2].partition("| exit code |")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE))
    assert {name: cell.strip().strip("`") for name, cell in rows.items()} == {
        name: _unless_set(field.default) for name, field in Settings.model_fields.items()
    }


def _unless_set(value: object) -> str:
    if value is None:
        return "none: nothing runs"
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def test_its_exit_codes_are_those_of_the_command_line() -> None:
    table = re.findall(r"^\| (\d) \| (\w+)", README.partition("| exit code |")[2], re.MULTILINE)
    declared = re.findall(r"(\d) (\w+)", (command_line.__doc__ or "").partition("Exit codes:")[2])
    assert [code for code, _ in table] == [code for code, _ in declared] == [str(n) for n in range(len(table))]


def test_the_line_that_declares_an_organisation_is_read(tmp_path: Path) -> None:
    lines = re.search(r"```csv\n(.*?)```", README, re.DOTALL)
    assert lines
    (tmp_path / "organisations.csv").write_text(re.sub(r"(?m)^ +", "", lines[1]), encoding="utf-8")
    (found,) = load_rulebook(tmp_path).organisations.values()
    assert isinstance(found, Organisation)
    assert (found.organisation_code, found.nation_code, found.is_fictional) == ("RVN", "england", False)


def test_every_dataset_is_named() -> None:
    assert all(f"`{name}`" in README or f"template {name}" in README for name in DATASETS)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q], ids=lambda q: q.splitlines()[0])
def test_its_sql_is_answered(question: str, tmp_path: Path) -> None:
    metrics, rules = load_metrics(), load_rulebook()
    nothing: list[StagedSubmission] = []
    with open_work(tmp_path / "work.duckdb") as connection:
        build(connection, tmp_path, nothing, reference_tables(rules, metrics), metrics)
        answer = connection.execute(question)
        assert answer.description
        assert answer.fetchall() == []
