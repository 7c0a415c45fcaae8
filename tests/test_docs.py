"""What the guides say is so: their options, tables and links. What they show is run in tests/docs."""

import re
from datetime import date
from pathlib import Path

import pytest

from flows import __main__ as command_line
from flows.due import read_calendar
from flows.home.folders import FOLDERS
from flows.settings import Settings
from schemas.codelists import load_codelist
from schemas.rulebook import load_rulebook
from schemas.tables import DATASETS
from tests.lib.guides import FILES, GUIDES, PAGES, ROOT, TEXT, blocks, commands


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
    for target, part in re.findall(r"\]\((?!https:)([^)#]+)(?:#([^)]+))?\)", PAGES[page]):
        there = FILES[page].parent / target
        assert there.exists(), target
        if part:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert part in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_guide_is_named_on_the_first_page() -> None:
    assert set(re.findall(r"\]\(([\w/]+\.md)\)", PAGES["index.md"])) == set(PAGES) - {"README.md", "index.md"}


def test_a_folder_of_guides_holds_at_most_nine() -> None:
    folders = {file.parent for name, file in FILES.items() if name != "README.md"}
    assert GUIDES in folders
    assert len(folders) > 4
    assert [folder.name for folder in folders if len([*folder.glob("*.md")]) > 9] == []


def test_every_place_that_a_developer_is_sent_to_is_there() -> None:
    page = PAGES["changing_it.md"].partition("## Where to change what")[2]
    places = set(re.findall(r"`((?:flows|transforms|schemas|warehouse|tests)/[\w/.]*)", page))
    assert len(places) > 10
    assert {place for place in places if not (ROOT / place).exists()} == set()


def test_every_dataset_is_named() -> None:
    assert all(f"`{name}`" in PAGES["officer/guide.md"] for name in DATASETS)


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
    (cell,) = re.findall(rf"^\| `{column}` \| (.+) \|$", PAGES["officer/guide.md"], re.MULTILINE)
    assert re.findall(r"`(\w+)`", cell) == list(load_codelist(codelist).labels)


def test_the_settings_are_the_settings() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGES["deployment/settings.md"], re.MULTILINE))
    assert {name: cell.strip().strip("`") for name, cell in rows.items()} == {
        name: _unless_set(field.default) for name, field in Settings.model_fields.items()
    }


def _unless_set(value: object) -> str:
    if value is None:
        return "none: nothing runs"
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    table = re.findall(r"^\| (\d) \| (\w+)", PAGES["deployment/settings.md"], re.MULTILINE)
    declared = re.findall(r"(\d) (\w+)", (command_line.__doc__ or "").partition("Exit codes:")[2])
    assert [code for code, _ in table] == [code for code, _ in declared] == [str(n) for n in range(len(table))]


def test_the_folders_and_their_rights_are_the_declared_ones() -> None:
    rows = re.findall(r"^\| `(\w+)/` \| .* \| (\d+) \|$", PAGES["governance/roles.md"], re.MULTILINE)
    assert rows == [(folder.name, f"{folder.widest:o}") for folder in FOLDERS]
