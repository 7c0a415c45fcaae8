"""Rows that make one thing: a plan is taken whole or not at all, names one person; rows sent twice say as which."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas.findings import merge
from schemas.layouts import Layout
from tests.lib.files import GOOD, KEY, PLANS, RULES, csv_file, plan, staging_in
from tests.lib.whole_file import CASES, judged
from transforms.prepare import prepare
from transforms.reading import parse
from warehouse.staging.load import check_file, open_checks

COUNTS = Layout(
    name="counts",
    dataset="population",
    title="Counts for tests",
    evidence="made up for tests",
    columns={"Of": "population_code", "Group": "staff_group_code", "Date": "snapshot_date", "People": "people_count"},
)
COUNT = {"Of": "invited", "Group": "Students", "Date": "2026-09-30", "People": "40"}


def taken(folder: Path, rows: list[dict[str, str]], layout: Layout = PLANS) -> tuple[dict[str, tuple], list[int]]:
    """The rows of each finding by its code, and the row numbers that are left, of a whole file."""
    stream = io.BytesIO(csv_file(rows))
    with staging_in(folder) as staging:
        parts = list(prepare(stream, parse.read_shape(stream, "a.csv"), layout, RULES, KEY, "s1"))
        for part in parts:
            staging.write(part.tables)
        staging.close()
        found, _ = check_file(open_checks(RULES, folder / "spill"), staging.folder, layout)
        left = pq.read_table(staging.folder / f"{layout.dataset}.parquet")["row_number"].to_pylist()
        staging.settle()
    assert [file.stem for file in (folder / "s1").iterdir()] == [layout.dataset]
    return {f.code: f.rows for f in merge([*(f for part in parts for f in part.findings), *found])}, left


BAD = [
    ({"Category": "?"}, "R014"),
    ({"PAs": "many"}, "R004"),
    ({"Line": "1", "PAs": "9"}, "R003"),
    ({"GMC": "9999902"}, "R032"),
    ({heading: "?" for heading in GOOD if heading != "Plan"}, "R030"),
]


@pytest.mark.parametrize(("cells", "code"), BAD, ids=[code for _, code in BAD])
def test_a_plan_of_which_one_line_is_refused_is_refused_whole(tmp_path: Path, cells: dict, code: str) -> None:
    rows = [plan(), plan(Line="2"), plan(**{"Line": "3", **cells}), plan(Plan="JP-2")]
    found, left = taken(tmp_path, rows)
    assert left == [5]
    assert code in found
    if code != "R032":  # that names all of them
        assert found["R031"] == ((3,) if code == "R003" else (2, 3))


def test_identical_lines_refuse_nothing(tmp_path: Path) -> None:
    assert taken(tmp_path, [plan(), plan(Line="2"), plan(Line="2")]) == ({"W002": (4,)}, [2, 3])


def test_a_line_without_a_plan_refuses_the_plans_of_its_person(tmp_path: Path) -> None:
    others = [plan(Plan="JP-2", GMC="9999902", Employee="000122"), plan(Plan="JP-3", GMC="", Employee="000121")]
    found, left = taken(tmp_path, [plan(), *others, plan(Plan="")])
    assert (found, left) == ({"R001": (5,), "R031": (2, 4)}, [3])


def test_a_refused_line_of_nobody_knows_which_plan_is_told(tmp_path: Path) -> None:
    found, left = taken(tmp_path, [plan(), plan(Plan="", GMC="", Employee=""), {"Plan": "JP-1", "Line": "2"}])
    assert found == {"R001": (3,), "R002": (4,), "W034": (3, 4)}
    assert left == [2]


def test_a_plan_is_refused_whole_over_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "BLOCK_BYTES", 1 << 10)
    monkeypatch.setattr(parse, "CHUNK_ROWS", 10)
    rows = [plan(Plan=f"JP-{n % 3}", Line=str(n)) for n in range(1, 100)]
    found, left = taken(tmp_path, [*rows, plan(Plan="JP-1", Line="2", Category="?")])
    assert len(left) == 66
    assert set(found) == {"R014", "R031"}


@pytest.mark.parametrize(
    ("bad", "told"),
    [({"People": "many"}, (2,)), ({"Group": "?"}, (2,)), ({"Of": "?"}, (2, 5)), ({"Date": "?"}, (2, 4))],
    ids=["count", "group", "population", "date"],
)
def test_a_population_of_which_one_group_is_refused_is_told(tmp_path: Path, bad: dict, told: tuple[int, ...]) -> None:
    rows = [COUNT, {**COUNT, "Group": "all", **bad}, {**COUNT, "Date": "2026-08-31"}, {**COUNT, "Of": "headcount"}]
    found, left = taken(tmp_path, rows, COUNTS)
    assert (left, found["W033"]) == ([2, 4, 5], told)


@pytest.mark.parametrize(
    ("people", "left"),
    [
        ([("9999901", "000121"), ("9999902", "000122")], []),
        ([("9999901", "000121"), ("9999902", "000121")], []),
        ([("", "000121"), ("", "000122")], []),
        ([("9999901", "000121"), ("", "000122")], []),
        ([("9999901", "000121"), ("9999901", "000122")], [2, 3]),
        ([("9999901", "000121"), ("", "000121")], [2, 3]),
        ([("9999901", ""), ("", "000121")], [2, 3]),
    ],
    ids=["both", "registration", "employee", "blank beside", "two posts", "one blank", "nothing to compare"],
)
def test_a_plan_that_names_two_people_is_refused(
    tmp_path: Path, people: list[tuple[str, str]], left: list[int]
) -> None:
    rows = [plan(Line=str(n), GMC=gmc, Employee=employee) for n, (gmc, employee) in enumerate(people, 1)]
    found, kept = taken(tmp_path, [*rows, plan(Plan="JP-2", GMC="9999903", Employee="000123")])
    assert kept == [*left, 4]
    assert found.get("R032", ()) == (() if left else (2, 3))


@pytest.mark.parametrize(
    ("dataset", "rows"),
    [
        ("appraisal", "appraisal_key registration_key grade_code\na1 p1 x\na1 p2 x\na2 p3 x"),
        ("support_case", "case_key registration_key site_code\nc1 p1 x\nc1 p2 x\nc2 p3 x"),
        ("workforce", "post_key employee_key fte\nw1 p1 1\nw1 p2 1\nw2 p3 1"),
        ("research_activity", "event_key employee_key event_code\ne1 p1 x\ne1 p2 x\ne2 p3 x"),
    ],
)
def test_one_number_for_two_people_is_told_in_every_dataset(tmp_path: Path, dataset: str, rows: str) -> None:
    found, left, rejected = judged(tmp_path, dataset, **{dataset: rows})
    assert [(f.code, f.rows) for f in found] == [("R032", (2, 3))]
    assert "name two people" in found[0].sentence
    assert (left[dataset], rejected) == ([4], 2)


@pytest.mark.parametrize("dataset", ["workforce", "appraisal"])
def test_another_row_of_a_person_whose_row_was_refused_is_told(tmp_path: Path, dataset: str) -> None:
    key = {"workforce": "post_key", "appraisal": "appraisal_key"}[dataset]
    rows = f"{key} employee_key staff_group_code\na1 p1 students\na1 p1 -\na2 p1 students\na3 p2 students"
    found, left, _ = judged(tmp_path, dataset, **{dataset: rows})
    assert [(f.code, f.rows) for f in found] == [("R003", (2, 3)), ("W033", (4,))]
    assert "another row of the same person was refused" in found[1].sentence
    assert left[dataset] == [4, 5]


def test_a_case_of_which_a_concern_was_refused_is_told(tmp_path: Path) -> None:
    concerns = "case_key concern_code\nc1 health\nc2 conduct\nc9 health"
    found, *_ = judged(tmp_path, "support_case", support_case=CASES, support_concern=concerns)
    assert [f.code for f in found] == ["R007"]  # of a case that is not there, no other row is


def test_rows_sent_twice_are_named_with_those_that_they_repeat(tmp_path: Path) -> None:
    rows = "event_key employee_key event_date\n" + "\n".join(f"e{n % 2} p1 2026-03-02" for n in range(9))
    found, *_ = judged(tmp_path, "research_activity", research_activity=rows)
    assert found[0].sentence == (
        "Rows 4, 5, 6, 7, 8 and 2 more: identical rows were sent more than once (row 4 with row 2, row 5 with row 3,"
        " row 6 with row 2, row 7 with row 3, row 8 with row 2 and 2 more); one of each is kept."
    )
