"""Survey answers: bad ones left out, respondents kept, unsure its own state, blocks reached or not."""

import io
from datetime import date

import pytest

from schemas.layouts import Layout
from schemas.tables import STAGED
from tests.lib.files import KEY, RULES, Taken, csv_file, take
from transforms.prepare import prepare
from transforms.reading import parse

ORG, TEAM = "rcc_org_training_resources", "rcc_team_training_resources"
TIME, FUNDS = "rcc_barrier_time", "rcc_barrier_funds"
SURVEY = Layout(
    name="survey",
    dataset="survey",
    title="Survey for tests",
    evidence="made up for tests",
    columns={"ID": "response_id", "Date": "response_date", "Active": "is_research_active"},
    questions={"Q1": ORG, "Q2": TEAM, "B1": TIME, "B2": FUNDS},
    blocks={"Moved by": {"options": {"Skills": "rcc_motivator_skills", "Career": "rcc_motivator_career"}}},
)
REPLY = {"ID": "R-1", "Date": "2026-09-14", "Active": "yes", "Q1": "7", "Q2": "3", "B1": "", "B2": "", "Moved by": ""}


def reply(**cells: str) -> dict[str, str]:
    return {**REPLY, **cells}


def answers(taken: Taken) -> dict[tuple[object, object], object]:
    rows = taken.rows("survey_answer")
    return {(r["respondent_number"], r["question_key"]): "unsure" if r["is_unsure"] else r["score"] for r in rows}


def test_responses_and_answers_keep_their_contracts_and_hold_no_response_id() -> None:
    taken = take(csv_file([reply()]), SURVEY)
    assert taken.tables["survey_response"].column_names == list(STAGED["survey_response"].names)
    assert taken.tables["survey_answer"].column_names == list(STAGED["survey_answer"].names)
    assert taken.rows("survey_response") == [
        {
            "submission_id": "S1",
            "row_number": 2,
            "respondent_number": 1,
            "response_date": date(2026, 9, 14),
            "staff_group_code": None,
            "profession_code": None,
            "is_complete": None,
            "is_research_active": True,
            "is_research_funded": None,
        }
    ]
    assert answers(taken) == {(1, ORG): 7, (1, TEAM): 3}
    assert "R-1" not in str([taken.rows(name) for name in taken.tables])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("11", '"11"'),
        ("0", '"0"'),
        ("-1", '"-1"'),
        ("1234", '"1234"'),
        ("12345", "the value"),
        ("0007", '"0007"'),
        ("7.5", "the value"),
        ("ten", "the value"),
        ("=cmd()", "the value"),
    ],
)
def test_a_score_that_is_none_is_left_out_and_the_respondent_stays(cell: str, value: str) -> None:
    taken = take(csv_file([reply(), reply(ID="R-2", Q1=cell)]), SURVEY)
    assert [finding.sentence for finding in taken.findings] == [
        f'Row 3, column "Q1": {value} is not an answer to this question; the answer is left out, the respondent stays.'
    ]
    assert [finding.code for finding in taken.findings] == ["V018"]
    assert answers(taken) == {(1, ORG): 7, (1, TEAM): 3, (2, TEAM): 3}
    assert taken.counts.accepted == 2


@pytest.mark.parametrize(("cell", "score"), [("1", 1), ("10", 10), (" 7 ", 7), ("007", 7), ("9.0", 9)])
def test_a_score_is_read_from_one_end_of_the_scale_to_the_other(cell: str, score: int) -> None:
    taken = take(csv_file([reply(Q1=cell)]), SURVEY)
    assert (answers(taken), taken.codes) == ({(1, ORG): score, (1, TEAM): 3}, [])


def test_a_null_mark_is_no_answer_even_where_it_looks_like_one() -> None:
    layout = SURVEY.model_copy(update={"nulls": ("", "9", "-")})
    taken = take(csv_file([reply(Q1="9", **{"Moved by": "-"}), reply(ID="R-2", Q2="-")]), layout)
    assert (answers(taken), taken.codes) == ({(1, TEAM): 3, (2, ORG): 7}, [])


def test_unsure_is_a_state_of_its_own_and_a_blank_is_no_answer() -> None:
    taken = take(
        csv_file([reply(Q1="Unsure", Q2=""), reply(ID="R-2", Q1="Don\u2019t\u200b know", Q2="1\u200b0.0")]), SURVEY
    )
    assert answers(taken) == {(1, ORG): "unsure", (2, ORG): "unsure", (2, TEAM): 10}
    assert taken.codes == []


def test_ticks_count_as_no_only_where_the_block_was_reached() -> None:
    replies = [
        reply(Q1="", Q2="", B1="1", B2=""),
        reply(ID="R-2", Q1="", Q2="", B1="0", B2="0"),
        reply(ID="R-3", Q1="", Q2="", B2="Checked"),
    ]
    assert answers(take(csv_file(replies), SURVEY)) == {(1, TIME): 1, (1, FUNDS): 0, (3, TIME): 0, (3, FUNDS): 1}


def test_no_to_a_question_of_yes_or_no_is_an_answer() -> None:
    mentor = "local_has_research_mentor"
    survey = SURVEY.model_copy(update={"questions": {"Q1": mentor}})
    replies = [reply(ID=f"R-{n}", Q1=cell) for n, cell in enumerate(("Yes", "No", "Unsure", ""), 1)]
    assert answers(take(csv_file(replies), survey)) == {(1, mentor): 1, (2, mentor): 0, (3, mentor): "unsure"}


def test_a_cell_that_lists_options_becomes_a_tick_of_each() -> None:
    replies = [
        reply(Q1="", Q2="", **{"Moved by": cell}) for cell in ("skills;", "Career; Skills", "", "Something else;Career")
    ]
    taken = take(csv_file(replies), SURVEY)
    skills, career = "rcc_motivator_skills", "rcc_motivator_career"
    assert answers(taken) == {
        (1, skills): 1,
        (1, career): 0,
        (2, skills): 1,
        (2, career): 1,
        (4, skills): 0,
        (4, career): 1,
    }
    assert [(finding.code, finding.rows, finding.details) for finding in taken.findings] == [
        ("V018", (5,), {"value": "the value"})
    ]


def test_a_response_without_an_id_is_rejected_with_its_answers() -> None:
    taken = take(csv_file([reply(ID=""), reply(ID="R-2", Q1="5")]), SURVEY)
    assert taken.codes == ["R001"]
    assert answers(taken) == {(1, ORG): 5, (1, TEAM): 3}
    assert taken.rows("survey_response")[0]["row_number"] == 3


def test_one_response_id_has_one_hash_in_a_file_and_another_in_the_next() -> None:
    content = csv_file([reply(), reply(ID="R-2"), reply()])
    one, other = (take(content, SURVEY).rows("survey_check") for _ in range(2))
    assert [row["row_number"] for row in one] == [2, 3, 4]
    assert [row["respondent_number"] for row in one] == [1, 2, 3]
    assert one[0]["response_hash"] == one[2]["response_hash"] != one[1]["response_hash"]
    assert one[0]["response_hash"] != other[0]["response_hash"]


def test_respondents_are_numbered_on_from_chunk_to_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "BLOCK_BYTES", 1 << 10)
    monkeypatch.setattr(parse, "CHUNK_ROWS", 20)
    stream = io.BytesIO(csv_file([reply(ID="" if n % 7 == 3 else f"R-{n}") for n in range(140)]))
    chunks = list(prepare(stream, parse.read_shape(stream, "a.csv"), SURVEY, RULES, KEY, "S1"))
    numbers = [n for chunk in chunks for n in chunk.tables["survey_response"]["respondent_number"].to_pylist()]
    assert (len(chunks) > 2, numbers) == (True, list(range(1, 121)))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("#N/A", "V020"),
        ("#NEVER_CALCULATED!", "V021"),
        ("###", "V024"),
        *((minus, "V018") for minus in ("-1", "−1", "–1", "-99", "- 1", "1-")),
    ],
)
@pytest.mark.parametrize("heading", ["Q1", "Moved by"])
def test_an_error_or_a_number_below_nought_is_no_answer(heading: str, cell: str, code: str) -> None:
    taken = take(csv_file([reply(), reply(ID="R-2") | {heading: cell}]), SURVEY)
    assert (taken.codes, taken.counts.accepted) == ([code], 2)
