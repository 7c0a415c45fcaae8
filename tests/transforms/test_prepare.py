"""A whole file through the room: counts that add up, contracts kept, corrections told."""

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.layouts import Layout, WordFlag
from schemas.submissions import Counts
from schemas.tables import DATASETS
from tests.lib.files import GOOD, KEY, PLANS, RULES, csv_file, plan, take, workbook
from transforms.prepare import prepare
from transforms.pseudonymise import ErasedMatcher, ErasedScope
from transforms.reading import parse
from transforms.reading.parse import read_shape

NATIONAL = Layout(
    name="national",
    dataset="nss_benchmark",
    title="National results for tests",
    evidence="made up for tests",
    nulls=("", "NA"),
    columns={"Code": "organisation_code", "Year": "survey_year", "Region": "region_name"},
    ignore=("ICS",),
    swaps=({"columns": ("Region", "ICS"), "when": {"Year": "2021"}},),
    known_defects=({"code": "W006", "column": "Code", "contains": "/"}, {"code": "W009", "column": "ICS"}),
    unpivot={
        "into": "measure_code",
        "measures": {
            "burnt_out_often": {"value_pct": "Burnt", "base_count": "Base"},
            "burnt_out_ever": {"value_pct": "Ever", "base_count": "Base"},
        },
    },
)


def test_what_is_staged_keeps_the_contract() -> None:
    table = take(csv_file([plan()])).tables["job_plan"]
    contract = DATASETS["job_plan"].staged()
    assert table.column_names == list(contract.names)
    for field in contract.fields:
        held = table.schema.field(field.name)
        assert getattr(held.type, "value_type", held.type) == field.arrow_type()
        assert held.nullable is not field.required
    (row,) = table.to_pylist()
    assert {
        name: row[name] for name in ("submission_id", "line_number", "staff_group_code", "activity_category_code")
    } == {
        "submission_id": "S1",
        "line_number": 1,
        "staff_group_code": "medical_and_dental",
        "activity_category_code": "spa",
    }
    assert row["cycle_weeks"] is None  # a field that the layout lacks


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["good", "noise", "blank", "ragged", "bad"]), max_size=30))
def test_every_line_is_accepted_rejected_or_noise(kinds: list[str]) -> None:
    line = {"good": plan(), "noise": plan(Plan="Total"), "bad": plan(Category="?")}
    lines = [",".join(GOOD)]
    lines += ["" if kind == "blank" else "x,y" if kind == "ragged" else ",".join(line[kind].values()) for kind in kinds]
    taken = take("".join(text + "\n" for text in lines).encode())
    count = kinds.count
    assert taken.counts == Counts(
        len(kinds), count("good"), count("bad") + count("ragged"), count("noise") + count("blank")
    )
    assert sum(table.num_rows for name, table in taken.tables.items() if name == "job_plan") == count("good")


ODD = ["", "-", "=x", "1e400", "9" * 20, "nan", "45567", "31/02/2026", "9999-12-31", "²", "\u0661", "1_000", "Unsure"]
cells = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(exclude_characters='",\r\n\0', codec="utf-8"), max_size=9)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*(cells for _ in GOOD)), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_every_line_is_accounted_for(lines: list[tuple[str, ...]]) -> None:
    taken = take("\n".join(map(",".join, [tuple(GOOD), *lines])).encode())
    assert taken.counts.rows_in == len(lines)
    assert taken.counts.accepted == taken.tables["job_plan"].num_rows
    assert all(finding.sentence for finding in taken.findings)


def test_columns_that_the_publisher_exchanged_are_put_right() -> None:
    head = "Code,Year,Region,ICS,Burnt,Ever,Base\n"
    taken = take(
        (head + "RVN,2021,ICS one,South West,25.3,,90\nRVN,2022,South West,ICS one,24.5,80,91\n").encode(), NATIONAL
    )
    rows = taken.rows("nss_benchmark")
    assert {row["region_name"] for row in rows} == {"South West"}
    assert (
        taken.sentence("W005")
        == 'Row 2: the columns "Region" and "ICS" were swapped in these rows, and have been corrected.'
    )
    measures = [(r["row_number"], r["measure_code"], r["value_pct"], r["base_count"]) for r in rows]
    assert sorted(measures, key=str) == [
        (2, "burnt_out_ever", None, 90),
        (2, "burnt_out_often", 25.3, 90),
        (3, "burnt_out_ever", 80.0, 91),
        (3, "burnt_out_often", 24.5, 91),
    ]
    assert taken.counts == Counts(rows_in=2, accepted=2)


def test_columns_that_are_not_there_are_not_exchanged() -> None:
    taken = take(b"Code,Year,Region,Burnt,Ever,Base\nRVN,2021,South West,1,2,3\n", NATIONAL)
    assert (taken.counts.accepted, taken.codes) == (1, [])


def test_a_wide_line_without_any_figure_is_accepted_and_gives_no_rows() -> None:
    taken = take(b"Code,Year,Region,ICS,Burnt,Ever,Base\nRVN,2022,South West,,NA,,\n", NATIONAL)
    assert (taken.counts.accepted, taken.rows("nss_benchmark")) == (1, [])


def test_a_layouts_cautions_become_warnings() -> None:
    taken = take(b"Code,Year,Region,ICS,Burnt,Ever,Base\n01T/01V,2022,,,1,2,3\nRVN,2023,,,1,2,3\n", NATIONAL)
    assert taken.sentence("W006") == (
        'Row 2, column "Code": the cell names several organisations ("01T/01V"); the figure is kept for them together.'
    )
    assert taken.sentence("W009").startswith('Column "ICS": the column is not a count of respondents')


def test_a_text_becomes_a_flag_by_the_declared_words_and_is_dropped() -> None:
    layout = PLANS.model_copy(
        update={
            "columns": {h: name for h, name in PLANS.columns.items() if name != "is_research"},
            "words": {"Research": WordFlag(to="is_research", words=("PhD", "trial"))},
        }
    )
    texts = ["a phd on sleep", "industrial action", "Trial; clinic", ""]
    taken = take(csv_file([plan(Line=str(n), Research=text) for n, text in enumerate(texts, 1)]), layout)
    assert [row["is_research"] for row in taken.rows()] == [True, False, True, None]
    assert "sleep" not in str(taken.rows())
    assert taken.sentence("W012") == (
        'Column "Research": the text was turned into yes or no by the declared word list, and then dropped.'
    )


def test_a_constant_stands_in_every_row() -> None:
    layout = PLANS.model_copy(
        update={"constants": {"nation_code": "Wales", "is_premium_time": "no", "cycle_weeks": "6"}}
    )
    (row,) = take(csv_file([plan()]), layout).rows()
    assert (row["nation_code"], row["is_premium_time"], row["cycle_weeks"]) == ("wales", False, 6)


@pytest.mark.parametrize(("field", "days"), [("plan_start_date", (date(2026, 4, 1), date(2026, 5, 1))), ("", None)])
def test_the_first_and_last_day_of_the_period_field_come_with_a_chunk(field: str, days: object) -> None:
    content = csv_file([plan(Start="01/05/2026"), plan(Line="2"), plan(Line="x", Start="01/01/2030")])
    layout = PLANS.model_copy(update={"period_field": field})
    stream = io.BytesIO(content)
    (part,) = prepare(stream, read_shape(stream, "a.csv"), layout, RULES, KEY, "S1")
    assert part.days == days


def test_a_large_file_is_staged_alike_in_one_chunk_and_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_file(
        [{**plan(Line=str(n), Plan=f"JP-{n // 10}", PAs=str(n % 25)), "Comment": "x" * 100} for n in range(1, 20_001)]
    )
    whole = take(content)
    monkeypatch.setattr(parse, "BLOCK_BYTES", 1 << 14)
    stream = io.BytesIO(content)
    assert len(list(prepare(stream, read_shape(stream, "a.csv"), PLANS, RULES, KEY, "S1"))) > 1
    parts = take(content)
    assert parts.rows() == whole.rows()
    assert (parts.findings, parts.counts) == (whole.findings, whole.counts)


def test_erased_people_are_left_out_before_anything_is_said_of_their_rows() -> None:
    rows = [plan(), plan(Line="x", GMC="c9999902"), plan(Employee="000122", GMC=""), plan(Plan="Total", GMC="9999902")]
    scope = ErasedScope(KEY, "")
    gone = {scope.tombstone_of("registration", "9999902"), scope.tombstone_of("employee", "000122")}
    stream = io.BytesIO(csv_file(rows))
    (part,) = prepare(stream, read_shape(stream, "a.csv"), PLANS, RULES, KEY, "S1", ErasedMatcher([scope], gone))
    assert part.counts == Counts(rows_in=4, accepted=1, rejected=0, noise=1, erased=2)
    assert part.tables["job_plan"]["row_number"].to_pylist() == [2]
    assert KEY.pseudonym("registration", "9999902") not in str(part.tables["job_plan"].columns)  # nor in a dictionary
    assert part.findings == take(csv_file(rows[:1])).findings


@pytest.mark.parametrize(
    ("cells", "erased"),
    [(["9999902 / 9999903"], 1), (["9999903", "not known"], 0), (["9999902", "9999903"], 1), ([], 0)],
    ids=["beside another", "another", "alone", "no rows"],
)
def test_one_erased_person_in_a_cell_is_enough_and_nobody_is_none(cells: list[str], erased: int) -> None:
    scope = ErasedScope(KEY, "")
    matcher = ErasedMatcher([scope], {scope.tombstone_of("registration", "9999902")})
    stream = io.BytesIO(workbook({"Data": [list(GOOD), *(list(plan(GMC=cell).values()) for cell in cells)]}))
    (part,) = prepare(stream, read_shape(stream, "a.xlsx"), PLANS, RULES, KEY, "S1", matcher)
    assert (part.counts.rows_in, part.counts.erased) == (len(cells), erased)
