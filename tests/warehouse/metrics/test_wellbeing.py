"""Metrics of a local survey's well-being, learning and role questions, and of barriers by level."""

import pytest

from tests.lib.core import Core, table

BURNOUT = ("emotionally_exhausted", "burnt_out", "frustrated", "dread_shift", "worn_out", "tiring_hours")


def answers(given: dict[str, dict[str, int]], groups: dict[str, str] | None = None) -> str:
    """Respondent -> question -> score, as a text table."""
    lines = [f"{r} {(groups or {}).get(r, '-')} {q} {s}" for r, row in given.items() for q, s in row.items()]
    return "\n".join(("response_key research_active_code question_key score", *lines))


def test_burnout_is_a_persons_mean_turned_round_of_at_least_four_answers(core: Core) -> None:
    """By hand: Never Rarely Sometimes Often count 10 7.5 5 2.5, mean 6.25; three answers are too few."""
    four = dict(zip(BURNOUT, (1, 2, 3, 4), strict=False))
    always = dict.fromkeys(BURNOUT, 5)
    three = dict(zip(BURNOUT[:3], (1, 1, 1), strict=True))
    given = {"r1": four, "r2": always, "r3": three}
    keyed = {r: {f"nss_burnout_{q}": s for q, s in row.items()} for r, row in given.items()}
    core.add("fct_survey_answer", answers(keyed, {"r1": "yes"}), instrument_code="nss", domain_code="burnout")
    assert core.units("survey_low_burnout_score", "person_key research_active_code numerator denominator") == table("""
        r1 yes 6.25 1
        r2 -   0    1
    """)


ENGAGEMENT = {
    "engagement_motivation": ("look_forward", "enthusiastic", "time_passes"),
    "engagement_involvement": ("initiative", "suggestions", "improvements"),
    "engagement_advocacy": ("care_priority", "recommend_work", "recommend_care"),
}


def engaged(core: Core, person: str, scores: tuple[tuple[int, ...], ...]) -> None:
    for (domain, questions), given in zip(ENGAGEMENT.items(), scores, strict=True):
        row = {f"nss_engagement_{q}": s for q, s in zip(questions, given, strict=False)}
        core.add("fct_survey_answer", answers({person: row}), instrument_code="nss", domain_code=domain)


def test_engagement_is_the_mean_of_three_sub_scores_and_not_of_nine_answers(core: Core) -> None:
    """By hand: motivation (5 5) 10; involvement (1 1 1) 0; advocacy (3 3 4) 17.5 / 3; engagement 15.8333 / 3."""
    engaged(core, "r1", ((5, 5), (1, 1, 1), (3, 3, 4)))
    engaged(core, "r2", ((5, 5, 5), (5, 5, 5), (5,)))
    found = {
        (item, person): float(n)
        for item, person, n in core.units("survey_staff_engagement_score", "item_code person_key numerator")
    }
    assert found == pytest.approx(
        {
            ("none", "r1"): 47.5 / 9,
            ("engagement_motivation", "r1"): 10,
            ("engagement_motivation", "r2"): 10,
            ("engagement_involvement", "r1"): 0,
            ("engagement_involvement", "r2"): 10,
            ("engagement_advocacy", "r1"): 17.5 / 3,
        },
        rel=1e-5,
    )


def test_morale_turns_the_wish_to_leave_round(core: Core) -> None:
    """By hand: strongly agrees to leave (5 5) 0; work pressure (4 4) 7.5; stressors: time pressure Never is 10."""
    leaving = {"nss_morale_leaving_often_thinks": 5, "nss_morale_leaving_will_look": 5}
    pressure = {"nss_morale_pressure_meets_demands": 4, "nss_morale_pressure_supplies": 4}
    good = ("responsibilities", "involved_changes", "choice")
    stressors = {"nss_morale_stressor_time_pressures": 1} | {f"nss_morale_stressor_{q}": 3 for q in good}
    for domain, row in (("leaving", leaving), ("work_pressure", pressure), ("stressors", stressors)):
        core.add("fct_survey_answer", answers({"r1": row}), instrument_code="nss", domain_code=f"morale_{domain}")
    found = dict(core.units("survey_morale_score", "item_code numerator"))
    assert {item: float(value) for item, value in found.items()} == pytest.approx(
        {"morale_leaving": 0, "morale_work_pressure": 7.5, "morale_stressors": 6.25, "none": 13.75 / 3}, rel=1e-5
    )


@pytest.mark.parametrize(
    ("metric_id", "question", "yes"),
    [
        ("survey_research_in_role", "local_research_in_role_description", (1,)),
        ("survey_research_mentor", "local_has_research_mentor", (1,)),
        ("survey_research_network", "local_in_research_network", (1,)),
        ("survey_access_to_learning", "nss_learning_access", (4, 5)),
        ("survey_job_satisfaction", "local_job_satisfaction", (4, 5)),
    ],
)
def test_a_share_is_of_those_who_answered_by_research_active(
    core: Core, metric_id: str, question: str, yes: tuple[int, ...]
) -> None:
    scores = {1: (1, 1, 0), 4: (4, 5, 3)}[yes[0]]
    given = {f"r{n}": {question: score} for n, score in enumerate(scores)}
    groups = {"r0": "yes", "r1": "no", "r2": "no"}
    core.add("fct_survey_answer", answers(given, groups), staff_group_code="nurse")
    other = "response_key question_key score is_unsure\nr3 other 1 false\nr4 " + question + " - true"
    core.add("fct_survey_answer", other)
    columns = "breakdown category numerator denominator"
    assert core.figures(metric_id, columns) == sorted(
        [
            ["all", "all", "2", "4"],
            ["research_active", "no", "1", "2"],
            ["research_active", "yes", "1", "1"],
            ["staff_group", "nurse", "2", "3"],
            ["staff_group x research_active", "nurse x no", "1", "2"],
            ["staff_group x research_active", "nurse x yes", "1", "1"],
        ]
    )


def test_a_barrier_counts_once_at_its_level_out_of_those_who_reached_the_block(core: Core) -> None:
    """r2 ticks `no barriers` alone: in the base of every level, at none. No interpersonal barrier was offered."""
    core.add(
        "fct_survey_answer",
        """
        response_key research_active_code question_key      score
        r1           yes                  rcc_barrier_time   1
        r1           yes                  rcc_barrier_skills 1
        r1           yes                  rcc_barrier_funds  0
        r2           -                    rcc_barrier_time   0
        r2           -                    rcc_barrier_none   1
        r3           -                    rcc_barrier_funds  0
        """,
        domain_code="barriers",
    )
    assert core.units("research_barrier_level_ticked", "item_code person_key numerator denominator") == table("""
        individual    r1 1 1
        individual    r2 0 1
        environmental r1 0 1
        environmental r2 0 1
    """)


@pytest.mark.parametrize(
    ("ticked", "share", "boxes"),
    [
        (
            "research_barrier_level_ticked",
            "research_barrier_level_share",
            "barrier_time barrier_skills barrier_fear_of_error barrier_isolation barrier_none",
        ),
        (
            "research_motivator_level_ticked",
            "research_motivator_level_share",
            "motivator_skills motivator_career motivator_credibility motivator_mentors motivator_none",
        ),
    ],
)
def test_a_level_has_at_least_one_box_ticked_and_a_mean_share_of_them(
    core: Core, ticked: str, share: str, boxes: str
) -> None:
    """By hand: of three individual boxes two and none, mean 1/3; of one interpersonal one and none, 1/2.

    r2 ticks `none` alone and counts; r3 ticks nothing and has not reached the block.
    """
    ticks = {"r1": (1, 1, 0, 1, 0), "r2": (0, 0, 0, 0, 1), "r3": (0, 0, 0, 0, 0)}
    names = [f"rcc_{name}" for name in boxes.split()]
    given = {r: dict(zip(names, row, strict=True)) for r, row in ticks.items()}
    core.add("fct_survey_answer", answers(given, {"r1": "yes"}), domain_code=boxes.split("_")[0] + "s")
    assert core.units(ticked, "item_code person_key numerator denominator") == table("""
        individual    r1 1 1
        individual    r2 0 1
        interpersonal r1 1 1
        interpersonal r2 0 1
    """)
    assert core.figures(share, "item_code category value people_count") == table("""
        individual    all 33.3333 2
        individual    yes 66.6667 1
        interpersonal all 50      2
        interpersonal yes 100     1
    """)


def test_barriers_meet_at_one_level_or_several(core: Core) -> None:
    """r1 ticks two individual barriers and two interpersonal ones, r2 `none`, r3 one, r4 one of each level.

    Time and skills are barriers of the review's own, and no support that is missing; of the others one is offered.
    """
    names = ("time", "skills", "isolation", "funds", "none")
    ticks = {"r1": (1, 1, 1, 0, 0), "r2": (0, 0, 0, 0, 1), "r3": (0, 0, 1, 0, 0), "r4": (1, 0, 1, 1, 0)}
    given = {r: {f"rcc_barrier_{n}": s for n, s in zip(names, row, strict=True)} for r, row in ticks.items()}
    core.add("fct_survey_answer", answers(given, {"r1": "yes"}), domain_code="barriers")
    own = answers({r: {"local_barrier_no_mentor": int(r == "r1")} for r in ticks}, {"r1": "yes"})
    core.add("fct_survey_answer", own, domain_code="barriers", instrument_code="local")
    assert core.totals("research_barrier_levels_met") == {"0": (1, 4), "1": (1, 4), "2": (1, 4), "3": (1, 4)}
    assert core.totals("research_barrier_supports_missing") == {"interpersonal": (1, 4)}
    assert ["2", "r1", "1"] in core.units("research_barrier_levels_met", "item_code person_key numerator")


def test_a_mean_score_has_students_interval(core: Core) -> None:
    """By hand: 0 2.5 5 7.5 10 has mean 5, SD 3.9528, t(4) 2.7764: 5 -+ 4.9081."""
    given = {f"r{n}": {f"nss_burnout_{q}": n for q in BURNOUT} for n in range(1, 6)}
    core.add("fct_survey_answer", answers(given), instrument_code="nss", domain_code="burnout")
    [found] = core.figures("survey_low_burnout_score", "value interval_low interval_high interval_method row_count")
    assert [round(float(cell), 2) for cell in found[:3]] == [5, 0.09, 9.91]
    assert found[3:] == ["Student t, 95 %", "5"]
