"""Metrics of the staff survey: rcc_item_score to survey_research_active."""

import pytest

from tests.lib.core import Core, table

BURNOUT = ("emotionally_exhausted", "burnt_out", "frustrated", "dread_shift")

ANSWERS = """
response_key staff_group_code domain_code question_key score is_unsure
r1           nurse            team        t1           4     false
r1           nurse            team        t2           7     false
r2           -                team        t1           -     true
r2           -                team        t2           -     false
r3           ahp              barriers    b1           1     false
"""


def test_a_scored_answer_counts_with_its_score_and_unsure_with_none(core: Core) -> None:
    core.add("fct_survey_answer", ANSWERS)
    assert core.units("rcc_item_score", "item_code person_key staff_group_code numerator denominator") == table("""
        t1 r1 nurse 4 1
        t2 r1 nurse 7 1
    """)


def test_unsure_is_counted_out_of_all_who_answered(core: Core) -> None:
    core.add("fct_survey_answer", ANSWERS)
    assert core.units("rcc_item_unsure", "item_code person_key staff_group_code numerator denominator") == table("""
        t1 r1 nurse 0 1
        t1 r2 -     1 1
        t2 r1 nurse 0 1
    """)


def test_unsure_shares_are_cordreys(core: Core) -> None:
    """Doi 10.1186/s12913-022-07480-x, table 2: 17 of 93 unsure of the first item, 5 of 93 of the fourth."""
    for item, unsure in (("i1", 17), ("i4", 5)):
        lines = [f"r{n} {'- true' if n < unsure else '6 false'}" for n in range(93)]
        text = "\n".join(("response_key score is_unsure", *lines))
        core.add("fct_survey_answer", text, domain_code="organisation", question_key=item)
    assert core.totals("rcc_item_unsure") == {"i1": (17, 93), "i4": (5, 93)}


def test_a_domain_score_is_a_persons_mean_over_at_least_half_of_the_items_asked(core: Core) -> None:
    core.add(
        "fct_survey_answer",
        """
        response_key question_key score is_unsure
        r1           q1           2     false
        r1           q2           3     false
        r1           q3           7     false
        r2           q1           8     false
        r2           q2           9     false
        r2           q3           -     true
        r3           q1           10    false
        r3           q2           -     true
        r3           q4           -     true
        """,
        domain_code="individual",
    )
    assert core.units("rcc_domain_score", "item_code person_key numerator denominator") == table("""
        individual r1 4   1
        individual r2 8.5 1
    """)


def test_half_of_the_items_is_half_of_what_the_same_survey_asked(core: Core) -> None:
    short = "response_key question_key score\nr1 q1 5"
    longer = "response_key question_key score\nr2 q1 5\nr3 q2 5\nr3 q3 6"
    core.add("fct_survey_answer", short, domain_code="team", submission_id="s1")
    core.add("fct_survey_answer", longer, domain_code="team", submission_id="s2", source="two")
    assert core.units("rcc_domain_score", "person_key numerator") == table("r1 5\nr3 5.5")


RESPONSES = """
response_key staff_group_code is_complete is_research_active
r1           nurse            true        true
r2           nurse            false       false
r3           ahp              true        -
r4           -                -           true
r5           porter           -           -
"""


def test_responses_are_set_against_the_invited_of_their_staff_group(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES)
    core.add("fct_population", "staff_group_code people_count\nnurse 40\nahp 9\ndoctor 7", population_code="invited")
    assert core.units("survey_response_rate", "staff_group_code person_key numerator denominator") == table("""
        nurse  - 2 40
        ahp    - 1 9
        doctor - 0 7
        -      - 2 0
    """)


def test_one_count_of_all_invited_makes_one_unit(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES)
    core.add("fct_population", "staff_group_code people_count\nall 60", population_code="invited")
    assert core.units("survey_response_rate", "staff_group_code numerator denominator") == table("- 5 60")


@pytest.mark.parametrize(
    "other", [{"population_code": "headcount"}, {"organisation_code": "ZZ2"}, {"period_start": "2026-08-01"}]
)
def test_without_a_count_of_the_invited_there_is_no_denominator(core: Core, other: dict[str, str]) -> None:
    core.add("fct_survey_response", RESPONSES)
    core.add("fct_population", "staff_group_code people_count\nnurse 40", **({"population_code": "invited"} | other))
    assert core.units("survey_response_rate", "organisation_code staff_group_code numerator denominator") == table(
        "ZZ1 - 5 -"
    )


def test_a_wave_of_two_months_takes_the_later_count(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES, period_start="2026-08-01")
    for start, end, people in (("2026-08-01", "2026-08-31", 50), ("2026-09-01", "2026-09-30", 60)):
        text = f"staff_group_code people_count period_start period_end\nall {people} {start} {end}"
        core.add("fct_population", text, population_code="invited", snapshot_date=end)
    assert core.units("survey_response_rate", "period_start period_end numerator denominator") == table(
        "2026-08-01 2026-09-30 5 60"
    )


def test_response_and_completion_are_chinns(core: Core) -> None:
    """Doi 10.1186/s12913-023-09196-y: 503 of 9,145 replied, 278 completed every section."""
    lines = [f"r{n} {'true' if n < 278 else 'false'}" for n in range(503)]
    core.add("fct_survey_response", "\n".join(("response_key is_complete", *lines)))
    core.add("fct_population", "staff_group_code people_count\nall 9145", population_code="invited")
    assert core.totals("survey_response_rate") == {"none": (503, 9145)}
    assert core.totals("survey_completion_rate") == {"none": (278, 503)}


def test_a_response_that_does_not_say_whether_it_is_complete_is_left_out(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES)
    assert core.units("survey_completion_rate", "person_key staff_group_code numerator denominator") == table("""
        r1 nurse 1 1
        r2 nurse 0 1
        r3 ahp   1 1
    """)


def test_research_active_is_out_of_those_who_answered(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES)
    assert core.units("survey_research_active", "person_key staff_group_code numerator denominator") == table("""
        r1 nurse 1 1
        r2 nurse 0 1
        r4 -     1 1
    """)


def test_burnout_is_told_by_whether_research_in_the_service_is_funded(core: Core) -> None:
    """By hand: Always to four questions counts 0, Never 10; r3 does not say, and is in `all` only."""
    core.add("fct_survey_response", "response_key is_research_funded\nr1 true\nr2 false\nr3 -")
    lines = [f"r{n} nss_burnout_{q} {5 if n == 2 else 1}" for n in (1, 2, 3) for q in BURNOUT]
    text = "\n".join(("response_key question_key score", *lines))
    core.add("fct_survey_answer", text, instrument_code="nss", domain_code="burnout")
    assert core.figures("survey_low_burnout_score", "breakdown category value people_count") == table("""
        all             all 6.66667 3
        research_funded no  0       1
        research_funded yes 10      1
    """)
    assert core.figures("survey_research_funded", "category value people_count") == table("all 50 2")


def test_a_domain_score_is_told_by_research_active(core: Core) -> None:
    text = "response_key research_active_code question_key score\nr1 yes q1 8\nr2 no q1 4\nr3 - q1 6"
    core.add("fct_survey_answer", text, domain_code="individual")
    assert core.figures("rcc_domain_score", "breakdown category value") == table("""
        all             all 6
        research_active no  4
        research_active yes 8
    """)


TICKS = """
response_key staff_group_code question_key score
r1           nurse            time         1
r1           nurse            none         0
r2           nurse            none         1
r3           ahp              time         0
r3           ahp              none         0
"""


@pytest.mark.parametrize(
    ("metric_id", "block"), [("research_barrier_ticked", "barriers"), ("research_motivator_ticked", "motivators")]
)
def test_a_box_is_counted_out_of_those_who_ticked_any_box_of_the_block(core: Core, metric_id: str, block: str) -> None:
    core.add("fct_survey_answer", TICKS, domain_code=block)
    assert core.units(metric_id, "item_code person_key staff_group_code numerator denominator") == table("""
        time r1 nurse 1 1
        none r1 nurse 0 1
        time r2 nurse 0 1
        none r2 nurse 1 1
    """)


def test_our_own_boxes_are_of_the_same_block(core: Core) -> None:
    """r2 ticks a box of ours alone: who reached the block is also out of whom the others count."""
    core.add("fct_survey_response", "response_key\nr1\nr2\nr3")
    for instrument, rows in (("rcc", "r1 time 1\nr2 time 0"), ("local", "r1 no_mentor 0\nr2 no_mentor 1")):
        text = f"response_key question_key score\n{rows}"
        core.add("fct_survey_answer", text, domain_code="barriers", instrument_code=instrument)
    assert core.totals("research_barrier_ticked") == {"time": (1, 2), "no_mentor": (1, 2)}
    assert core.totals("survey_block_reached") == {"barriers": (2, 3)}


def test_a_box_that_another_survey_offered_is_no_box_of_this_one(core: Core) -> None:
    core.add("fct_survey_answer", "response_key question_key score\nr1 time 1", domain_code="barriers")
    core.add(
        "fct_survey_answer", "response_key question_key score\nr2 funds 1", domain_code="barriers", submission_id="s2"
    )
    assert core.units("research_barrier_ticked", "item_code person_key numerator") == table("time r1 1\nfunds r2 1")


@pytest.mark.parametrize(
    ("metric_id", "block", "base", "ticks"),
    [
        (
            "research_barrier_ticked",
            "barriers",
            95,
            {"time": 86, "other_work": 74, "library": 5},
        ),  # doi 10.1186/s12913-017-1996-7 table 4
        (
            "research_motivator_ticked",
            "motivators",
            282,
            {"skills": 144, "grants": 29},
        ),  # doi 10.1186/s12913-023-09196-y table 6
    ],
)
def test_ticks_are_wenkes_and_chinns(core: Core, metric_id: str, block: str, base: int, ticks: dict[str, int]) -> None:
    lines = [f"r{n} {key} {int(n < count)}" for n in range(base) for key, count in {**ticks, "any": base}.items()]
    core.add("fct_survey_answer", "\n".join(("response_key question_key score", *lines)), domain_code=block)
    totals = core.totals(metric_id)
    assert {key: totals[key] for key in ticks} == {key: (count, base) for key, count in ticks.items()}


def test_who_reached_a_block_is_out_of_all_responses_to_a_survey_that_has_it(core: Core) -> None:
    core.add("fct_survey_response", RESPONSES)
    core.add("fct_survey_response", "response_key\nother", submission_id="s2")  # a survey without these blocks
    core.add("fct_survey_answer", ANSWERS + "r4 - barriers b1 0 false\n")
    assert core.units("survey_block_reached", "item_code person_key staff_group_code numerator") == table("""
        barriers r1 nurse  0
        barriers r2 nurse  0
        barriers r3 ahp    1
        barriers r4 -      0
        barriers r5 porter 0
        team     r1 nurse  1
        team     r2 nurse  1
        team     r3 ahp    0
        team     r4 -      0
        team     r5 porter 0
    """)
