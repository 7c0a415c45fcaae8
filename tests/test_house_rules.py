"""What holds over the whole repository, so that nobody has to remember it."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import Settings
from schemas.findings import RULES
from schemas.metrics import load_metrics
from schemas.rulebook import load_rulebook
from schemas.tables import AUDIT, CORE, DATASETS, MARTS, REFERENCE, STAGED, STEPS, TABLES

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "transforms", "schemas", "warehouse", "dashboards")
HEAVY = ("prefect", "pandera", "great_expectations", "pandas", "pyarrow", "duckdb")
LISTED = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard"]
FILES = [ROOT / name for name in subprocess.check_output(LISTED, cwd=ROOT, text=True).splitlines()]
FILES = [file for file in FILES if file.is_file()]
CODE = [file for file in FILES if file.suffix in (".py", ".sql")]
PAGES = [file for file in FILES if file.suffix in (".html", ".css", ".js")]
THIS_FILE = Path(__file__).resolve()
TESTS = [f for f in FILES if f.is_relative_to(ROOT / "tests") and f.suffix in (".py", ".txt") and f != THIS_FILE]
SAID_IN_TESTS = "\n".join(file.read_text(encoding="utf-8") for file in TESTS)
# What the rule book's own tests say of every code at once is no test of a single one.
SAID_OUTSIDE_SCHEMAS = "\n".join(f.read_text(encoding="utf-8") for f in TESTS if f.parent.name != "schemas")
FOLDED = SAID_OUTSIDE_SCHEMAS.casefold()
BUILT = {**CORE, **STEPS, **MARTS, "core.metric_unit_category": TABLES["core.metric_unit_category"]}
PAST_THE_DOOR = [*STAGED.values(), *BUILT.values(), *REFERENCE.values(), *AUDIT.values()]
TABLES = sorted((ROOT / "warehouse/sql").glob("core/*.sql")) + sorted((ROOT / "warehouse/sql").glob("marts/*.sql"))
METRIC_SQL = sorted((ROOT / "warehouse/sql/metrics").glob("*.sql"))


def _name(path: object) -> str:
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else str(path)


@pytest.mark.parametrize("layout", load_rulebook().layouts, ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_every_layout_has_a_fixture_and_a_golden_file(layout) -> None:
    folder = ROOT / "tests/fixtures/layouts" / layout.dataset
    there = {file.name for file in folder.glob(f"{layout.name}.*")}
    fixture = f"{layout.name}.{layout.format}"
    assert (f"{fixture}.txt" if layout.format == "xlsx" else fixture) in there  # a workbook is kept as text
    assert f"{layout.name}.golden.txt" in there


@pytest.mark.parametrize("file", TABLES, ids=_name)
def test_every_table_of_core_and_marts_has_a_contract_and_a_test(file: Path) -> None:
    assert f"{file.parent.name}.{file.stem}" in BUILT
    assert re.search(rf"\b{file.stem}\b", SAID_IN_TESTS)


@pytest.mark.parametrize("contract", BUILT.values(), ids=lambda contract: contract.name)
def test_every_contract_of_core_and_marts_is_built(contract) -> None:
    said = "\n".join(f.read_text(encoding="utf-8") for f in CODE if f.is_relative_to(ROOT / "warehouse"))
    assert contract.name in {f"{file.parent.name}.{file.stem}" for file in TABLES} or contract.name in said


# Spark 3.5 refuses these, or reads them in another way. `hash` is DuckDB's own, and stands in one rule of loading.
NOT_IN_SPARK = re.compile(
    r"\bqualify\b|varchar|\bround\((?:[^(),]|\((?:[^()]|\([^()]*\))*\))*,|\bexclude\b|quantile_cont|->|::|\""
    r"|distinct on|by name|listagg|ignore nulls|strftime|date_diff|regexp_matches"
)

SPARK_SQL = sorted(set((ROOT / "warehouse").rglob("*.sql")) - {ROOT / "warehouse/ledger/ledger.sql"})


@pytest.mark.parametrize("file", SPARK_SQL, ids=_name)
def test_every_select_is_one_that_spark_reads_too(file: Path) -> None:
    code = re.sub(r"--.*", "", file.read_text(encoding="utf-8")).lower()
    assert not NOT_IN_SPARK.search(code)


@pytest.mark.parametrize("code", ["a QUALIFY b", "CAST(a AS VARCHAR)", "round(x, 6)", "round(sum(greatest(x, 1)), 6)"])
def test_what_spark_reads_otherwise_is_found(code: str) -> None:
    assert NOT_IN_SPARK.search(code.lower())
    assert not NOT_IN_SPARK.search("greatest(round(sum(coalesce(x, 0e0)) * 1e6) / 1e6, 1)")


def test_every_metric_has_its_toml_and_its_select_and_a_test() -> None:
    declared = {metric.metric_id for metric in load_metrics()}
    assert declared
    assert {file.stem for file in METRIC_SQL} == declared
    assert {name for name in declared if not re.search(rf"\b{name}\b", SAID_OUTSIDE_SCHEMAS)} == set()


@pytest.mark.parametrize("contract", [*DATASETS.values(), *PAST_THE_DOOR], ids=lambda contract: contract.name)
def test_every_field_says_what_it_is(contract) -> None:
    assert [field.name for field in contract.fields if not field.description.endswith(".")] == []


@pytest.mark.parametrize("code", RULES)
def test_every_finding_is_made_by_the_code_and_seen_in_a_test(code: str) -> None:
    made = [*CODE, *(file for file in FILES if file.suffix == ".toml")]  # a layout may declare a known defect
    rooms = [f for f in made if f.relative_to(ROOT).parts[0] in ROOMS and f != ROOT / "schemas/findings.toml"]
    assert RULES[code].sentence
    is_made = any(file.stem == code or _makes(code, file.read_text(encoding="utf-8")) for file in rooms)
    is_named = re.search(rf"\b{code}\b", SAID_OUTSIDE_SCHEMAS) is not None
    assert is_made
    assert is_named or any(part in FOLDED for part in _own_words(code))


def _own_words(code: str) -> list[str]:
    """What a test may look for instead of the code: parts of its sentence that no other code's sentence has."""
    sentence = RULES[code].sentence.casefold()
    parts = [part.strip(" .(") for cut in (r"\{\w+\}", r"\{\w+\}|[;:(]") for part in re.split(cut, sentence)]
    others = [rule.sentence.casefold() for name, rule in RULES.items() if name != code]
    return [part for part in parts if len(part) > 9 and not any(part in other for other in others)]


def _makes(code: str, text: str) -> bool:
    """True where the text names the code, or makes it from the letter of a severity and the number."""
    return re.search(rf"\b{code}\b|[\"']{code[1:]}[\"']", text) is not None


@pytest.mark.parametrize("contract", PAST_THE_DOOR, ids=lambda c: c.name)
def test_no_identifier_passes_the_third_step(contract) -> None:
    identifiers = {field.name for dataset in DATASETS.values() for field in dataset.identifiers}
    assert [field.name for field in contract.fields if field.kind == "identifier" or field.name in identifiers] == []
    assert "response_id" not in contract.names


def test_the_tree_of_the_guide_is_what_is_on_the_disk() -> None:
    tree = _tree((ROOT / "docs/changing_it.md").read_text(encoding="utf-8"))
    assert tree[""] == _entries(ROOT)
    for folder in filter(None, tree):
        assert tree[folder] == _entries(ROOT / folder), folder


def _tree(page: str) -> dict[str, set[str]]:
    """The tree block: folder -> what the block lists in it; a folder listed without contents is not looked into."""
    block = re.search(r"```text\n(research-culture/\n.*?)```", page, re.DOTALL)
    assert block, "docs/changing_it.md has no tree"
    listed: dict[str, set[str]] = {"": set()}
    folder = ""
    for line in block[1].splitlines()[1:]:
        names = re.split(r"\s{2,}", line.strip())[0].split(" ")
        if len(line) - len(line.lstrip()) == 2:
            folder = names[0].rstrip("/")
            listed[""] |= {name.rstrip("/") for name in names}
        else:
            listed.setdefault(folder, set()).update(name.rstrip("/") for name in names)
    return listed


def _entries(folder: Path) -> set[str]:
    inside = {file.relative_to(folder).parts[0] for file in FILES if file.is_relative_to(folder)}
    return inside - {"__init__.py"}


@pytest.mark.parametrize("file", CODE + PAGES, ids=_name)
def test_no_file_is_longer_than_300_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


def test_no_file_holds_a_path_of_a_machine_or_the_address_of_a_registry() -> None:
    places = re.compile(r"(?<![\w.}])/(work|tmp|home|root|Users)/\w|C:\\Users\\\w")
    registry = re.compile(r"https?://\S*(pypi|pythonhosted|artifactory|/simple\b)")
    found = []
    for file in set(FILES) - {THIS_FILE}:
        text = file.read_bytes().decode("utf-8", errors="ignore") if file.suffix != ".xlsx" else ""
        found += [f"{_name(file)}: {match[0]}" for match in (places.search(text), registry.search(text)) if match]
    assert found == []


TEST_CODE = [file for file in FILES if file.suffix == ".py" and file.is_relative_to(ROOT / "tests")]


def test_what_tests_share_stands_in_no_test() -> None:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in TEST_CODE]
    shared = {m for tree in trees for m in _modules(tree) if re.search(r"^tests\b.*\b(test_\w+|conftest)", m)}
    assert shared == set()


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_no_file_cites_a_document_that_its_readers_do_not_have() -> None:
    cited = re.compile(r"DOMAIN (section|brief|facts)|\bseed \d{3}\b|METRICS\.md|DESIGN (section|\d)|\bthe brief\b")
    texts = {_name(file): file.read_bytes().decode("utf-8", errors="ignore") for file in set(FILES) - {THIS_FILE}}
    assert {name: match[0] for name, text in texts.items() if (match := cited.search(text))} == {}


PYTHON = [file for file in CODE if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ROOMS]
LATE = re.compile(r"(prefect|great_expectations|holidays|rich|xlsxwriter)(\.|$)")  # what costs a run its start


@pytest.mark.parametrize("folder", sorted({file.parent for file in PYTHON}), ids=_name)
def test_a_folder_holds_at_most_nine_files(folder: Path) -> None:
    assert len([file for file in PYTHON if file.parent == folder and file.name != "__init__.py"]) <= 9


@pytest.mark.parametrize("file", PYTHON, ids=_name)
def test_only_the_command_line_and_what_costs_a_run_its_start_are_imported_late(file: Path) -> None:
    if file.parent == ROOT / "flows/cli" or file == ROOT / "flows/__main__.py":
        return
    functions = (
        n
        for n in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    late = {m for function in functions for m in _modules(function)}
    assert [module for module in late if not LATE.match(module)] == []


@pytest.mark.parametrize(
    ("library", "owners"),
    [
        ("prefect", ["flows/prefect_flows.py", "flows/prefect_server.py"]),
        ("great_expectations", ["warehouse/build/expected.py"]),
    ],
)
def test_a_slow_library_is_imported_in_few_places(library: str, owners: list[str]) -> None:
    assert [_name(file) for file in PYTHON if library in set(_imported(file))] == owners


def test_a_database_is_opened_in_few_places_where_what_a_question_may_do_is_locked() -> None:
    opened = [_name(file) for file in PYTHON if "duckdb.connect(" in file.read_text(encoding="utf-8")]
    assert opened == ["dashboards/page.py", "warehouse/db/connection.py"]  # the pages may import nothing of ours


def _imported(file: Path) -> Iterator[str]:
    yield from (module.partition(".")[0] for module in _modules(ast.parse(file.read_text(encoding="utf-8"))))


def test_help_imports_no_heavy_library() -> None:
    program = (
        "import runpy, sys\n"
        "sys.argv = ['research-culture', '--help']\n"
        "try:\n    runpy.run_module('flows', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('imported:', *sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "imported:"


def test_we_depend_on_few_libraries_and_offer_few_settings() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(project["dependencies"]) <= 17
    assert len(project["optional-dependencies"]["dev"]) <= 14
    assert len(Settings.model_fields) <= 12


def test_every_change_log_entry_and_the_package_agree_on_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_says_which_python_it_needs_before_it_installs_anything(tmp_path: Path) -> None:
    older = tmp_path / "older-python"
    older.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    older.chmod(0o700)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    command = ["make", "--no-print-directory", f"PYTHON={older}"]  # else it says so where make runs the tests
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert made.stderr.startswith(f"Python 3.11 or later is needed; {older} is older.")
    assert (made.returncode, made.stdout, (tmp_path / ".venv").exists()) == (2, "", False)
