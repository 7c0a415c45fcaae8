"""What readers rely on of the marts: each change is a step of the version that fits it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from schemas.tables import MARTS
from warehouse.release import promises as promised
from warehouse.release.promises import changes, main, noted, promises

TABLE: dict[str, Any] = {
    "version": "1.2.3",
    "keys": ["code"],
    "columns": {"code": "STRING and never empty", "value": "DOUBLE"},
    "says": "a",
    "units": {"rate": "%"},
}


@pytest.mark.parametrize("mart", MARTS.values(), ids=lambda mart: mart.name)
def test_every_mart_has_a_semantic_version(mart) -> None:
    assert re.fullmatch(r"[1-9]\d*\.\d+\.\d+", mart.version)


def test_every_change_of_a_mart_since_it_was_noted_has_its_step_of_version() -> None:
    """Where it fails: write the version that is named, run `python -m warehouse.release.promises`, commit."""
    assert [change.sentence for change in changes(noted(), promises())] == []
    assert noted() == promises()


@pytest.mark.parametrize(
    ("change", "where", "says", "needed"),
    [
        ({"columns": {"code": "STRING and never empty"}}, "column value", "it is gone, a break", "2.0.0"),
        ({"columns": {**TABLE["columns"], "value": "BIGINT"}}, "column value", "now BIGINT, and was DOUBLE", "2.0.0"),
        ({"columns": {**TABLE["columns"], "code": "STRING"}}, "column code", "and was STRING and never empty", "2.0.0"),
        ({"keys": ["code", "value"]}, "marts.one", "its key is now code, value, a break", "2.0.0"),
        ({"units": {"rate": "per 1,000"}}, "marts.one", "unit of rate is now per 1,000, and was %, a break", "2.0.0"),
        ({"units": {}}, "marts.one", "the metric rate is gone, a break", "2.0.0"),
        ({"columns": {**TABLE["columns"], "more": "DATE"}}, "column more", "it is new, an addition", "1.3.0"),
        ({"says": "b"}, "marts.one", "a description is another", "1.2.4"),
    ],
)
def test_a_change_names_mart_and_column_and_the_version_that_it_needs(
    change: dict[str, Any], where: str, says: str, needed: str
) -> None:
    (found,) = changes({"marts.one": TABLE}, {"marts.one": {**TABLE, **change}})
    assert (found.needed, found.is_declared) == (needed, False)
    assert found.sentence.startswith("marts.one")
    assert where in found.sentence and says in found.sentence
    assert f"version 1.2.3 in schemas/tables/marts/one.toml has to be {needed} or later" in found.sentence
    (declared,) = changes({"marts.one": TABLE}, {"marts.one": {**TABLE, **change, "version": needed}})
    assert declared.is_declared
    assert declared.sentence.endswith(f"version {needed} says so, after 1.2.3.")


def test_what_stays_within_the_promise_needs_no_step() -> None:
    surer = {**TABLE, "columns": {**TABLE["columns"], "value": "DOUBLE and never empty"}}
    assert list(changes({"marts.one": TABLE}, {"marts.one": surer, "marts.new": TABLE})) == []


def test_a_step_that_is_too_small_does_not_declare_a_break() -> None:
    then = {"marts.one": TABLE}
    (found,) = changes(then, {"marts.one": {**TABLE, "version": "1.10.0", "keys": ["code", "value"]}})
    assert not found.is_declared
    (gone,) = changes(then, {})
    assert (gone.is_declared, gone.step) == (False, 0)
    assert gone.sentence == "marts.one: it is gone, a break: whoever reads it has to change."


def test_nothing_is_noted_where_a_step_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "noted.json"
    monkeypatch.setattr(promised, "FILE", file)
    assert main() == 0
    assert json.loads(file.read_text(encoding="utf-8")) == promises()
    before = promises()
    before["marts.metric_value"] = {**before["marts.metric_value"], "keys": ["metric_id"]}
    file.write_text(json.dumps(before), encoding="utf-8")
    assert main() == 1
    assert json.loads(file.read_text(encoding="utf-8")) == before
    assert "marts.metric_value: its key is now metric_id, item_code" in capsys.readouterr().err
