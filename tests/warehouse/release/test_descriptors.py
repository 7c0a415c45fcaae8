"""The descriptors of a release: valid by their own programs, for all that lies there, and not for what is broken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import frictionless
import pytest
from csvw import CSVW

from schemas.tables import MARTS
from tests.lib.walk import released

pytestmark = pytest.mark.slow
FIGURES = "csv/dashboard_figure.csv"


@pytest.fixture(scope="module")
def release(work, tmp_path_factory) -> Path:
    return released(work, tmp_path_factory.mktemp("proposed")).folder


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    """A release's folder to break."""
    return Path(shutil.copytree(release, tmp_path / "broken"))


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def by_frictionless(folder: Path) -> Iterator[str]:
    """What Frictionless finds wrong with the package and each of its files."""
    report = frictionless.validate(str(folder / "datapackage.json"))
    yield from (kind for (kind,) in report.flatten(["type"]))


def by_csvw(folder: Path) -> bool:
    """True where CSVW's reader finds the metadata and each of its tables valid."""
    try:
        return bool(CSVW(str(folder / "csv-metadata.json"), validate=True).is_valid)
    except ValueError:  # a required column is not there
        return False


def test_a_release_is_a_valid_data_package(release: Path) -> None:
    assert list(by_frictionless(release)) == []


@pytest.mark.filterwarnings("ignore::UserWarning:csvw")
def test_a_release_is_valid_csv_on_the_web(release: Path) -> None:
    assert by_csvw(release)


def test_both_describe_every_csv_of_the_release_and_say_that_it_is_made_up(release: Path) -> None:
    there = {file.relative_to(release).as_posix() for file in release.rglob("*.csv")}
    package, metadata = read(release, "datapackage.json"), read(release, "csv-metadata.json")
    assert {one["path"] for one in package["resources"]} == {one["url"] for one in metadata["tables"]} == there
    assert package["is_fictional"] is True
    for said in (package["description"], metadata["dc:description"]):
        assert said.startswith("Every organisation and figure is made up. 1 of 3 figures shown;")


def test_types_keys_and_dimensions_are_those_of_the_contract(release: Path) -> None:
    (resource,) = (one for one in read(release, "datapackage.json")["resources"] if one["path"] == FIGURES)
    schema, fields = resource["schema"], {one["name"]: one for one in resource["schema"]["fields"]}
    assert schema["primaryKey"] == list(MARTS["marts.dashboard_figure"].keys)
    assert {one["fields"][0]: one["reference"]["resource"] for one in schema["foreignKeys"]} == {
        "metric_id": "dim_metric",
        "item_key": "dim_item",
        "organisation_code": "dim_organisation",
        "period_key": "dim_period",
        "category_key": "dim_category",
    }
    assert (fields["q1"]["type"], fields["people_count"]["unit"]) == ("number", "people")
    assert fields["period_end"]["constraints"] == {"required": True}
    assert "constraints" not in fields["item_label"]  # it may be ''
    assert resource["version"] == MARTS["marts.dashboard_figure"].version
    (target,) = (one for one in read(release, "datapackage.json")["resources"] if one["name"] == "target")
    assert [
        "constraints" in one for one in target["schema"]["fields"] if one["name"] in ("item_code", "from_date")
    ] == [False, True]  # '' for a metric without items, though it is of the key


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        (FIGURES, "2026-09-30", "30/09/2026", "type-error"),
        (FIGURES, "job_plan_any_research_time,none,ZZ1", "job_plan_any_research_time,none,", "constraint-error"),
        ("csv/dim_period.csv", "as_at|2026-09-01|2026-09-30", "another", "foreign-key"),
        ("csv/dim_metric.csv", "metric_id", "metric", "incorrect-label"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:csvw")
def test_a_broken_release_is_not_valid(copy: Path, file: str, old: str, new: str, error: str) -> None:
    change(copy / file, old, new)
    assert any(error in found for found in by_frictionless(copy))
    assert not by_csvw(copy)
