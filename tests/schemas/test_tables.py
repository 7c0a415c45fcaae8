"""Contracts as files: each column is declared once, in its table or, where several tables have it, in columns.toml."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from schemas import tables
from schemas.tables import CORE, DATASETS, MARTS, PARTS, STAGED, TABLES

FOLDER = Path(tables.__file__).parent
FILES = {file.relative_to(FOLDER).as_posix(): tomllib.loads(file.read_text("utf-8")) for file in FOLDER.rglob("*.toml")}
SHARED = FILES.pop("columns.toml")
USES = Counter(column for declared in FILES.values() for column in declared.get("columns", {}))


def test_a_column_is_declared_in_columns_toml_where_several_tables_have_it_and_only_then() -> None:
    assert {column for column, count in USES.items() if count > 1} == set(SHARED)


@pytest.mark.parametrize("place", sorted(FILES))
def test_a_table_says_of_a_shared_column_only_what_differs(place: str) -> None:
    own = FILES[place].get("columns", {})
    repeated = {
        f"{name}.{key}"
        for name, said in own.items()
        for key, value in said.items()
        if SHARED.get(name, {}).get(key) == value
    }
    assert repeated == set()


def test_a_table_that_extends_another_has_its_columns_first() -> None:
    first, then = MARTS["marts.metric_value"].fields, MARTS["marts.protected_time"].fields
    assert then[: len(first)] == first
    further = [field.name for field in then[len(first) :]]
    assert (further[0], further[-1]) == ("metric_title", "source_dataset")


def test_what_a_table_says_of_a_column_wins_over_columns_toml() -> None:
    assert SHARED["person_key"].get("required", False) is False
    assert CORE["core.fct_job_plan"].field("person_key").required


def test_a_sheet_that_is_sensitive_has_only_sensitive_columns() -> None:
    assert all(field.is_sensitive for field in DATASETS["support_case"].fields)
    assert not any(field.is_sensitive for field in DATASETS["job_plan"].fields)


def test_every_sheet_is_staged_and_steps_are_not_handed_to_analysts() -> None:
    assert set(STAGED) == (set(DATASETS) | set(PARTS)) - {"survey"} | {"survey_response", "survey_answer"}
    assert "core.figure_risk" in TABLES and "core.figure_risk" not in CORE
