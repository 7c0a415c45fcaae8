"""Facilitators and barriers: what the review names, what it does not, and a home's own table in place of ours."""

from collections import Counter
from pathlib import Path

import pytest

from schemas.codelists import load_instruments, read_rows
from schemas.rulebook import load_rulebook

OWN = "code,label,aliases,level_code,polarity_code,is_confirmed,source\n"
MAPPED = "code,label,aliases,level_code,subtheme_code,source\n"


def test_the_factors_named_and_the_remainder_not_supplied_are_told_apart() -> None:
    """The review states 15 facilitators and 10 barriers; its text names 19 and 7 factors; its table was not at hand."""
    rows = read_rows("subtheme")
    named = Counter((row["polarity_code"], row["level_code"]) for row in rows)
    assert named == {
        ("facilitator", "individual"): 6,
        ("facilitator", "interpersonal"): 6,
        ("facilitator", "environmental"): 7,
        ("barrier", "individual"): 2,
        ("barrier", "interpersonal"): 1,
        ("barrier", "environmental"): 4,
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
    assert mapped <= boxes


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
    with pytest.raises(ValueError, match=r"subtheme.csv has no time_allocation .* put an item_subtheme.csv that goes"):
        load_rulebook(lists)
