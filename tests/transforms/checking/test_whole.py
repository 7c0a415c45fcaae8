"""What only a whole column shows: the order of its dates, fractions in place of percentages, zeros that were lost."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence

import pytest

from schemas.layouts import Layout
from tests.lib.files import KEY, PLANS, RULES, csv_file, plan, take
from transforms.checking.whole import ColumnFacts, findings_of, other_order
from transforms.prepare import prepare
from transforms.reading import parse
from transforms.reading.parse import read_shape

EARLY = [f"{day:02}/{month:02}/2026" for day, month in zip(range(2, 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], strict=True)]
BENCHMARK = Layout(
    name="benchmark",
    dataset="nss_benchmark",
    title="A benchmark for tests",
    evidence="made up for tests",
    columns={"Org": "organisation_code", "Year": "survey_year", "Measure": "measure_code", "Value": "value_pct"},
)


def facts_of(content: bytes, layout: Layout = PLANS) -> dict[str, ColumnFacts]:
    stream = io.BytesIO(content)
    found: dict[str, ColumnFacts] = defaultdict(ColumnFacts)
    for part in prepare(stream, read_shape(stream, "file.csv"), layout, RULES, KEY, "S1"):
        for column, one in part.facts.items():
            found[column] += one
    return found


def of_dates(*dates: str, formats: tuple[str, ...] = ("%d/%m/%Y",)) -> ColumnFacts:
    rows = [plan(Line=str(number), Start=day) for number, day in enumerate(dates, 1)]
    return facts_of(csv_file(rows), PLANS.model_copy(update={"date_formats": formats}))["Start"]


def of_numbers(*numbers: str) -> ColumnFacts:
    return facts_of(csv_file([plan(Line=str(n), Employee=number) for n, number in enumerate(numbers, 1)]))["Employee"]


def of_percentages(*values: str) -> ColumnFacts:
    rows = [
        {"Org": "RVN", "Year": str(2000 + n), "Measure": "burnt_out_often", "Value": value}
        for n, value in enumerate(values)
    ]
    return facts_of(csv_file(rows), BENCHMARK)["Value"]


@pytest.mark.parametrize(
    "dates",
    [
        ["04/01/2019", "04/13/2019", "12/31/2020", "05/06/2021"],
        ["4/13/2019 00:00", "4/1/2019 00:00"],
        ["04-13-2019", "04.14.2019"],
        ["04/13/2019", "13/04/2019"],  # of two sources: nobody can say how the others are meant
    ],
)
def test_dates_of_which_some_can_only_be_read_month_first_are_all_written_so(dates: Sequence[str]) -> None:
    assert of_dates(*dates).is_other_order


def test_of_very_many_days_one_that_cannot_be_is_a_slip() -> None:
    many = [f"{day}/{month:02}/2026" for day in range(13, 29) for month in range(1, 5)]
    assert not of_dates(*many, "04/13/2026").is_other_order
    assert of_dates(*many[:40], "04/13/2026").is_other_order


@pytest.mark.parametrize("dates", [["01/04/2019", "13/04/2019"], ["2019-04-13"], ["13-Apr-2019"], ["31/31/2019"], [""]])
def test_dates_of_the_declared_order_or_of_none_are_not_suspect(dates: Sequence[str]) -> None:
    one = of_dates(*dates)
    assert not one.is_other_order
    assert not one.may_be_other_order


def test_where_the_layout_has_the_month_first_day_first_is_the_other_order() -> None:
    one = of_dates("13/04/2019", "01/04/2019", formats=("%m/%d/%Y",))
    assert one.is_other_order
    assert not of_dates("04/13/2019", formats=("%m/%d/%Y",)).is_other_order
    assert not of_dates("04/13/2019", "13/04/2019", formats=("%Y-%m-%d",)).is_other_order  # each means one day


@pytest.mark.parametrize(
    ("dates", "is_suspect"),
    [
        (EARLY, True),
        ([*EARLY, "13/01/2026"], False),
        (EARLY[:8], True),
        (EARLY[:7], False),
        ([f"01/{month:02}/20{year}" for month in range(1, 13) for year in range(10, 26)], False),  # all on the 1st
        ([f"{month:02}/01/20{year}" for month in range(1, 13) for year in range(10, 26)], True),  # in truth on the 1st
        ([f"{day:02}/09/2026" for day in range(1, 13)], False),  # the first days of one month
    ],
)
def test_many_days_of_which_none_is_above_the_12th_are_suspect(dates: Sequence[str], is_suspect: bool) -> None:
    assert of_dates(*dates).may_be_other_order is is_suspect


def test_dates_that_excel_read_in_another_order_are_suspect_beside_those_that_it_left_as_text() -> None:
    by_excel = [f"2026-{month:02}-{day:02}" for month, day in zip(range(1, 11), range(2, 12), strict=True)]
    assert of_dates(*by_excel, "13/04/2026", "28/04/2026").may_be_other_order
    assert not of_dates(*by_excel, "2026-05-13", "13/04/2026").may_be_other_order
    assert not of_dates(*by_excel, "03/04/2026").may_be_other_order
    assert not of_dates(*by_excel).may_be_other_order


@pytest.mark.parametrize(
    ("values", "is_suspect"),
    [
        (["0.241", "0.362", "0.05"], True),
        (["0.241", "1", "0"], True),
        (["24.1%", "0.362"], True),
        (["24.1%", "36.2%"], False),
        (["24.1", "36.2"], False),
        (["24.1%", "36.2"], False),
        (["0.5", "24.1"], False),
        (["0.241"], False),
        (["0", "1"], False),
    ],
)
def test_a_percentage_of_fractions_alone_or_beside_percent_signs_is_suspect(
    values: list[str], is_suspect: bool
) -> None:
    assert of_percentages(*values).may_be_fractions is is_suspect


@pytest.mark.parametrize(
    ("numbers", "is_suspect"),
    [
        (["00123451", "123452"], True),
        (["00123451", "0123452"], True),
        (["00123451", "00123452"], False),
        (["123451", "20123452"], False),
        (["000121", "20000121"], False),
        (["00123451", "AB123", "-"], False),
    ],
)
def test_numbers_that_are_shorter_than_those_with_zeros_are_suspect(numbers: Sequence[str], is_suspect: bool) -> None:
    assert of_numbers(*numbers).lacks_zeros is is_suspect


@pytest.mark.parametrize(
    ("cells", "is_useless"), [(["x", "y"], True), (["x"], False), (["x", "1"], False), (["", ""], False)]
)
def test_a_column_of_which_no_cell_can_be_used_is_useless(cells: list[str], is_useless: bool) -> None:
    rows = [plan(Line=str(number), PAs=cell, Hours="4") for number, cell in enumerate(cells, 1)]
    assert facts_of(csv_file(rows))["PAs"].is_useless is is_useless


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (of_numbers("00123451", "123452"), "W025"),
        (of_dates(*EARLY), "H005"),
        (of_dates(*EARLY[:4]), "W027"),
        (of_dates("04/01/2019", "05/02/2020", "06/03/2021"), "W027"),
        (of_percentages("0.241", "0.362"), "H006"),
        (of_dates("soon", "later"), "H003"),
    ],
)
def test_what_is_suspect_is_told_by_its_code(column: ColumnFacts, code: str) -> None:
    assert [finding.code for finding in findings_of({"A": column}, PLANS)] == [code]


@pytest.mark.parametrize(
    "dates",
    [
        ("04/01/2019", "05/02/2020"),
        ("01/04/2026", "01/05/2026", "01/06/2026"),
        ("04/01/2019", "05/02/2020", "14/03/2021"),
    ],
    ids=["too few to say", "the first of a month", "one day above the 12th"],
)
def test_a_few_dates_are_suspect_only_where_they_are_different_early_days(dates: tuple[str, ...]) -> None:
    assert list(findings_of({"A": of_dates(*dates)}, PLANS)) == []


def test_a_question_of_which_no_answer_can_be_used_is_useless() -> None:
    layout = Layout(
        name="survey",
        dataset="survey",
        title="A survey for tests",
        evidence="made up for tests",
        columns={"ID": "response_id", "Date": "response_date"},
        questions={"Q1": "rcc_org_training_resources", "Q2": "rcc_team_training_resources"},
        nulls=("", "skipped"),
    )
    rows = [{"ID": f"R-{n}", "Date": "2026-09-14", "Q1": "n/k", "Q2": "5" if n else "n/k"} for n in range(3)]
    rows += [{"ID": "R-9", "Date": "2026-09-14", "Q1": "skipped", "Q2": "#N/A"}]
    facts = facts_of(csv_file(rows), layout)
    assert (facts["Q1"].filled, facts["Q1"].is_useless) == (3, True)
    assert (facts["Q2"].filled, facts["Q2"].usable) == (4, 2)


def test_the_facts_of_chunks_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [plan(Line=str(number), Start="04/01/2026") for number in range(1, 5)] + [plan(Line="5", Start="04/13/2026")]
    monkeypatch.setattr(parse, "CHUNK_ROWS", 1)
    monkeypatch.setattr(parse, "BLOCK_BYTES", 200)
    facts = facts_of(csv_file(rows))
    assert facts["Start"].filled == 5
    assert other_order(facts) == {"Start"}


def test_no_cell_of_a_column_in_the_other_order_is_used() -> None:
    stream = io.BytesIO(
        csv_file([plan(Start="04/01/2026"), plan(Line="2", Start="04/13/2026"), plan(Line="3", Start="")])
    )
    (part,) = prepare(stream, read_shape(stream, "file.csv"), PLANS, RULES, KEY, "S1", other_order=frozenset({"Start"}))
    assert part.tables["job_plan"]["plan_start_date"].null_count == 3
    (finding,) = part.findings
    assert (finding.code, finding.row_count) == ("V022", 2)
    assert finding.sentence == (
        'Rows 2, 3, column "Start": the dates of this column are written month first, where this layout has the day'
        " first, so all of them are left out: write them like 14/09/2026, or say their order in the mapping that"
        " `research-culture look FILE --mapping mapping.xlsx` writes."
    )
    assert [finding.code for finding in findings_of(part.facts, PLANS)] == ["H003"]


def test_a_layout_may_declare_how_many_digits_a_number_has() -> None:
    layout = PLANS.model_copy(update={"widths": {"employee_number": 8}})
    rows = [plan(Employee="00123451"), plan(Line="2", Employee="123451"), plan(Line="3", Employee="AB1234")]
    keys = [row["employee_key"] for row in take(csv_file(rows), layout).rows()]
    assert keys[0] == keys[1] != keys[2]
    assert not facts_of(csv_file(rows), layout)["Employee"].lacks_zeros
