"""Which counts figures of the same people share by name, and what each is part of."""

from __future__ import annotations

import pytest

from tests.lib.counts import NAMES, figure, figures, place_of
from warehouse.disclosure.counted import Counted, counted, is_common, is_of_people, splits
from warehouse.disclosure.sums import ALL, BASE, COMPLEMENT, NUMERATOR, SUM, SUM_OF_BASE

SIGNED_OFF, ANY, OF_SCOPE = "job_plan_signed_off", "job_plan_any_research_time", "job_plan_research_time_of_scope"
PLANS = f"""
metric place people counting
{SIGNED_OFF} all 53 48
{ANY} all 48 22
{OF_SCOPE} all 53 22
"""
SURVEY = """
metric item place people counting
survey_response_rate none all 90 60
survey_block_reached organisation all 60 50
survey_block_reached team all 60 45
rcc_item_unsure q1 all 48 8
rcc_item_score q1 all 40 -
rcc_item_unsure q3 all 45 15
rcc_item_score q3 all 30 -
rcc_domain_score organisation all 44 -
survey_research_active none all 58 20
"""


def of(text: str, absent: str = "") -> Counted:
    return counted(figures(text), figures(absent), NAMES)


def at_all(found: Counted) -> dict[str, float]:
    return {name: values[ALL] for name, values in found.values.items()}


def test_the_same_name_is_one_count_and_what_no_other_metric_counts_has_a_name_of_its_own() -> None:
    assert at_all(of(PLANS)) == {
        "staff in scope": 53,
        "signed plans": 48,
        "research time": 22,
        f"{SIGNED_OFF} none complement": 5,
        "signed plans without research time": 26,
        f"{OF_SCOPE} none complement": 31,
    }
    assert of(PLANS).wholes == {"signed plans": "staff in scope", "research time": "signed plans"}


def test_an_item_and_its_block_stand_in_the_names_of_what_they_count() -> None:
    found = of(SURVEY)
    assert at_all(found) == {
        "invited": 90,
        "respondents": 60,
        "survey_response_rate none complement": 30,
        "reached organisation": 50,
        "survey_block_reached organisation complement": 10,
        "reached team": 45,
        "survey_block_reached team complement": 15,
        "answered q1": 48,
        "unsure q1": 8,
        "scored q1": 40,
        "answered q3": 45,
        "unsure q3": 15,
        "scored q3": 30,
        "scored most of organisation": 44,
        "answered survey_research_active none": 58,
        "research-active respondents": 20,
        "survey_research_active none complement": 38,
    }
    assert found.wholes == {
        "reached organisation": "respondents",
        "reached team": "respondents",
        "answered q1": "reached organisation",
        "answered q3": "reached team",
        "scored most of organisation": "reached organisation",
        "answered survey_research_active none": "respondents",
    }


def test_common_counts_come_after_what_they_are_part_of_and_each_item_knows_its_own() -> None:
    found = of(SURVEY)
    assert found.commons() == ["respondents", "reached organisation", "reached team"]
    assert [*found.above("answered q1")] == ["answered q1", "reached organisation", "respondents"]
    assert found.common_to(("rcc_item_unsure", "q1")) == {"reached organisation", "respondents"}
    assert found.common_to(("rcc_item_score", "q1")) == {"reached organisation", "respondents"}  # through the other
    assert found.common_to(("survey_response_rate", "none")) == {"respondents"}
    assert found.common_to(("survey_block_reached", "team")) == {"reached team", "respondents"}


def test_between_linked_counts_stand_only_common_ones() -> None:
    linked = of(SURVEY).linked()
    assert {"answered q1", "scored q1", "unsure q1"} in linked
    assert {"answered q3", "scored q3", "unsure q3"} in linked
    assert {"invited", "survey_response_rate none complement"} in linked
    assert {"scored most of organisation"} in linked
    assert not any(is_common(name) for names in linked for name in names)
    assert len(linked) == 7  # those, whether a block was reached, of two blocks, and who is active
    assert of(PLANS).linked() == [{*of(PLANS).values}]


@pytest.mark.parametrize("name", ["respondents", "reached organisation", "reached barriers"])
def test_common_are_the_respondents_and_who_reached_a_block(name: str) -> None:
    assert is_common(name)
    assert not any(map(is_common, (f"{name} of m none", "answered q1", "invited", "m none base")))


def test_parts_that_are_apart_are_named_together_with_whether_they_are_all() -> None:
    found = of("""
        metric item place people counting
        appraisals_completed_ytd none all 60 40
        appraisals_missed_approved_ytd none all 60 12
        appraisals_missed_unapproved_ytd none all 60 8
        support_next_arcp_outcome recovered all 60 40
        support_next_arcp_outcome other all 60 20
        job_plan_any_research_time none all 60 30
        job_plan_research_pas_median none all 40 -
        job_plan_research_hours_share none all 30 -
    """)
    assert set(found.parts_of_wholes()) == {
        ("appraisals due", tuple(f"appraisals {how}" for how in APPRAISED), False),
        ("ARCPs due", ("next ARCP other", "next ARCP recovered"), True),
        ("signed plans", ("research time",), False),
        ("signed plans", ("signed plans in PAs",), False),
        ("signed plans", ("signed plans in hours",), False),
    }


APPRAISED = ("completed", "missed with approval", "missed without approval")


def test_a_part_of_what_no_figure_counts_is_part_of_nothing() -> None:
    alone = of("metric place people counting\njob_plan_spa_share all 40 30")
    assert [*alone.parts_of_wholes()] == []
    arcp = of("metric item place people counting\nsupport_arcp_recovered none all 40 30")
    assert [*arcp.parts_of_wholes()] == []


def test_metrics_that_differ_under_one_name_each_have_a_count_of_their_own() -> None:
    """At a, 26 and 25 have a signed plan: one of two files did not say. So they have two counts everywhere."""
    found = of(f"""
        metric place people counting
        {SIGNED_OFF} all 90 60
        {SIGNED_OFF} a 45 26
        {ANY} all 60 30
        {ANY} a 25 12
    """)
    signed, any_ = (f"signed plans of {metric} none" for metric in (SIGNED_OFF, ANY))
    a = place_of("a")
    assert (found.values[signed], found.values[any_]) == ({ALL: 60, a: 26}, {ALL: 60, a: 25})
    assert "signed plans" not in found.values
    assert {signed, any_} <= found.wholes.keys()
    assert set(found.parts_of_wholes()) == {("staff in scope", (signed,), False), ("staff in scope", (any_,), False)}


def test_of_a_common_count_the_most_is_kept_and_what_differs_is_part_of_it() -> None:
    """58 of 60 respondents are of a known group: who counts out of the 58 does not count all respondents."""
    found = of("""
        metric item place people counting
        survey_response_rate none all 90 60
        survey_block_reached team all 58 45
        survey_block_reached organisation all 60 50
    """)
    own = "respondents of survey_block_reached team"
    assert (found.values["respondents"][ALL], found.values[own][ALL]) == (60, 58)
    assert found.wholes[own] == "respondents" and found.wholes["reached team"] == "respondents"
    assert found.commons() == ["respondents", "reached organisation", "reached team"]


def test_a_place_is_absent_only_where_no_figure_has_the_count() -> None:
    found = of(f"metric place people counting\n{ANY} a 40 20", f"metric place people counting\n{SIGNED_OFF} a 0 40")
    assert found.absent == {"staff in scope": {place_of("a")}, f"{SIGNED_OFF} none complement": {place_of("a")}}
    assert found.values["signed plans"] == {place_of("a"): 40}


def test_only_a_base_that_figures_split_in_two_is_the_sum_of_both() -> None:
    users = of(SURVEY).users
    assert splits(users["rcc_item_unsure", "q1"]) == ("answered q1", "unsure q1", "scored q1")
    assert splits(users["rcc_item_score", "q1"]) is None
    assert splits({BASE: "b", NUMERATOR: "n"}) is None
    assert splits({BASE: "b", NUMERATOR: "n", COMPLEMENT: "c"}) == ("b", "n", "c")


def test_sums_of_hours_are_no_people() -> None:
    hours = counted([figure("", 30, 12, numerator=4.0, denominator=8.0, is_share=True)], [], NAMES)
    assert {name: is_of_people(name) for name in hours.values} == {
        f"m none {BASE}": True,
        f"m none {NUMERATOR}": True,
        f"m none {SUM}": False,
        f"m none {SUM_OF_BASE}": False,
    }
