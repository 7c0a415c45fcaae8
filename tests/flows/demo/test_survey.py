"""The demo's respondents answer as the literature's direction has it, and as many of them as is declared."""

from collections.abc import Iterable
from statistics import mean

import pytest

from flows.demo.exports import Row, carried
from flows.demo.senders import Sender
from flows.demo.sending import layout_of, read_demo
from flows.demo.survey import responses
from schemas.rulebook import load_rulebook
from schemas.submissions import Period

RULES = load_rulebook()
WORSE_FIRST = ("Never", "Rarely", "Sometimes", "Often", "Always")


@pytest.fixture(scope="module", params=("ZZ1", "ZZ3"))
def sides(request: pytest.FixtureRequest) -> tuple[list[Row], list[Row]]:
    """Who is active in research, and who is not."""
    asked = carried(layout_of("survey/template", RULES))
    rows = responses(
        Sender(request.param, read_demo(), 20260930), Period.parse("2026-09"), 400, asked, RULES.instruments
    )
    return tuple([row for row in rows if row["is_research_active"] == said] for said in ("yes", "no"))  # type: ignore


def share(rows: Iterable[Row], question: str) -> float:
    return mean(row[question] in ("Yes", "1") for row in rows if row.get(question))


def test_about_a_fifth_are_active_in_research(sides: tuple[list[Row], list[Row]]) -> None:
    active, others = sides
    assert 0.15 < len(active) / (len(active) + len(others)) < 0.25


@pytest.mark.parametrize(
    ("question", "low", "high"), [("local_has_research_mentor", 0.1, 0.25), ("local_in_research_network", 0.2, 0.35)]
)
def test_a_plausible_share_has_a_mentor_or_a_network_more_of_the_active(
    sides: tuple[list[Row], list[Row]], question: str, low: float, high: float
) -> None:
    active, others = sides
    assert low <= share([*active, *others], question) <= high
    assert share(active, question) > share(others, question) + 0.1


def test_the_active_have_more_research_in_their_role_and_fewer_barriers_of_skill(
    sides: tuple[list[Row], list[Row]],
) -> None:
    active, others = sides
    assert share(active, "local_research_in_role_description") > share(others, "local_research_in_role_description")
    assert share(active, "rcc_barrier_skills") < share(others, "rcc_barrier_skills")
    assert abs(share(active, "rcc_barrier_time") - share(others, "rcc_barrier_time")) < 0.1


def test_the_active_are_as_well_at_work_or_a_little_better(sides: tuple[list[Row], list[Row]]) -> None:
    worn = [one.question_key for one in RULES.instruments.items if one.domain_code == "burnout"]
    active, others = (
        mean(WORSE_FIRST.index(row[key]) for row in rows for key in worn if row.get(key)) for rows in sides
    )
    assert -0.3 < active - others < 0.05


def test_what_is_declared_of_answers_is_of_questions_that_there_are() -> None:
    known = {x for one in RULES.instruments.items for x in (one.question_key, one.domain_code, one.scale_code)}
    about = read_demo()["table"]["survey"]
    assert {*about["answer"], *about["unsure"]} <= known
