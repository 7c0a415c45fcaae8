"""Facilitators and barriers: what the review names, what it does not, and a home's own table in place of ours."""

from collections import Counter
from pathlib import Path

import pytest

from schemas.codelists import load_instruments, read_rows
from schemas.rulebook import load_rulebook

OWN = "code,label,aliases,level_code,polarity_code,is_confirmed,source\n"
MAPPED = "code,label,aliases,level_code,subtheme_code,source\n"


def test_the_factors_named_and_the_remainder_not_supplied_are_told_apart() -> None:
    """The review states 15 facilitators and 10 barriers; its text names 44 and 9 factors; its table was not at hand."""
    rows = read_rows("subtheme")
    named = Counter((row["polarity_code"], row["level_code"]) for row in rows)
    assert named == {
        ("facilitator", "individual"): 14,
        ("facilitator", "interpersonal"): 13,
        ("facilitator", "environmental"): 17,
        ("barrier", "individual"): 2,
        ("barrier", "interpersonal"): 1,
        ("barrier", "environmental"): 6,
        ("facilitator", ""): 1,
        ("barrier", ""): 1,
    }
    assert {row["is_confirmed"] for row in rows} == {"no"}
    assert [row["label"] for row in rows if not row["level_code"]] == [
        "Not yet supplied: the 15 facilitators of the paper's table",
        "Not yet supplied: the 10 barriers of the paper's table",
    ]


def test_every_barrier_and_motivator_has_a_level_but_those_that_name_none() -> None:
    mapped = {row["code"] for row in read_rows("item_subtheme")}
    boxes = {i.question_key for i in load_instruments().items if i.domain_code in ("barriers", "motivators")}
    assert boxes - mapped == {"rcc_barrier_none", "rcc_motivator_none", "rcc_motivator_not_interested"}
    assert mapped <= load_instruments().by_key.keys()


def test_every_factor_named_has_a_question_but_the_two_that_other_figures_tell_of() -> None:
    """Several supports missing at once is research_barrier_supports_missing; burnout by funding is a breakdown."""
    named = {row["code"] for row in read_rows("subtheme") if row["level_code"]}
    asked = {row["subtheme_code"] for row in read_rows("item_subtheme")}
    assert named - asked == {"missing_support", "burnout_unfunded"}


def test_a_factor_says_where_the_text_names_it_and_whose_its_level_is() -> None:
    """Read in the text: its sections on implications state no level."""
    for row in (row for row in read_rows("subtheme") if row["level_code"]):
        is_ours = "its level is ours" in row["source"]
        assert is_ours or "its level is the text's" in row["source"], row["code"]
        assert is_ours == (" under " in row["source"]), row["code"]
    undervalued = next(row["label"] for row in read_rows("subtheme") if row["code"] == "undervalued")
    assert undervalued == "Education research undervalued against clinical service and medical research"


def test_our_own_boxes_say_so_and_whether_they_ask_about_medical_education_research() -> None:
    items = load_instruments().items
    own = [item for item in items if item.instrument_code == "local" and item.scale_code == "tick"]
    assert len(own) == 39 and all(item.source.startswith("ours") for item in own)
    assert {item.asks_about_code for item in items} == {"research", "medical_education_research", "work"}
    assert sorted(item.question_key for item in own if item.asks_about_code == "medical_education_research") == [
        *(f"local_barrier_{name}" for name in ("career_path", "education_cut", "no_promotion", "undervalued")),
        *(f"local_motivator_{name}" for name in ("identity", "mastery", "mission", "social_science", "teaching")),
        *(f"local_motivator_{name}" for name in ("unpaid_leadership", "working_together")),
    ]


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists/subtheme.csv").write_text(OWN + "grants,Grants,,environmental,facilitator,yes,the paper\n")
    return tmp_path


def test_the_papers_own_table_takes_the_place_of_ours(lists: Path) -> None:
    (lists / "codelists/item_subtheme.csv").write_text(MAPPED + "rcc_barrier_funds,Funds,,environmental,grants,ours\n")
    tables = load_rulebook(lists).tables
    assert [(row["subtheme_code"], row["is_confirmed"]) for row in tables["subtheme"]] == [("grants", True)]
    assert [row["subtheme_code"] for row in tables["item_subtheme"]] == ["grants"]


def test_a_table_that_the_mapping_does_not_fit_is_refused_with_what_to_do(lists: Path) -> None:
    with pytest.raises(
        ValueError, match=r"subtheme.csv has no structured_training .* put an item_subtheme.csv that goes"
    ):
        load_rulebook(lists)
