"""Each identity that an attacker knows: a made-up release that gives a small count away, and one that does not."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from schemas.metrics import load_metrics
from tests.attack.bounds import Found, broken, intervals
from tests.attack.identities import WHAT, counts_of
from tests.attack.judge import State
from tests.attack.moves import between_releases, between_windows
from tests.attack.release import Key, Release, as_fraction, counted, people
from tests.attack.survey import Questions
from tests.attack.system import Builder, Level, Rests

LAST = date(2026, 9, 30)
QUESTIONS = Questions(
    {"team_a": "team", "team_b": "team", "box_a": "barriers", "box_b": "barriers"}
    | {"box_m": "motivators", "box_n": "motivators"},
    {"box_a": "personal", "box_m": "personal"},
)
WIDE = {"nurses": "nursing_wide", "doctors": "medical_wide", "ahp": "other_wide", "scientists": "other_wide"}
WIDE |= {"dietitian": "ahp", "paramedic": "ahp"}


def key(figure: str) -> Key:
    metric, item, category = figure.split()
    breakdown = {"all": "all", "yes": "research_active", "no": "research_active"}.get(category, "staff_group")
    breakdown = "staff_group_wide" if category.endswith("_wide") else breakdown
    breakdown = "profession" if category in ("dietitian", "paramedic") else breakdown
    return Key(metric, item, "ZZ1", LAST.replace(day=1), LAST, breakdown, category)


def release(text: str) -> Release:
    """A line a figure: metric, item, category, base and who counts of it; or `-` where it is withheld."""
    made = Release(questions=QUESTIONS, wide=WIDE)
    for line in filter(None, map(str.strip, text.splitlines())):
        *figure, base, numerator = line.split()
        told = {"status": "suppressed"} if base == "-" else {"people_count": int(base), "denominator": int(base)}
        told |= {} if numerator in ("-", ".") else {"numerator": int(numerator)}
        made.say(key(" ".join(figure)), {"status": "shown", **told})
    return made


def worked_out(made: Release, figure: str, role: str, level: Level = "all", rests: Rests = "none") -> Found:
    system = Builder(made, level, rests).build()
    column = system.at[system.roles[key(figure), role]]
    return intervals(system, [column])[column]


LEAKS = tomllib.loads(Path(__file__).with_name("leaks.toml").read_text(encoding="utf-8"))


def read(text: str, *, is_safe: bool = False) -> tuple[Release, str, str, int]:
    """The release, and of the figure asked for its role and true count."""
    lines, asked = [], None
    for line in text.strip().splitlines():
        figure, _, question = line.partition("?")
        words = figure.replace("!", "").split()
        lines.append(" ".join([*words[:3], "-", "-"] if is_safe and "!" in line else words))
        asked = (" ".join(words[:3]), *question.split()) if question else asked
    assert asked
    return release("\n".join(lines)), asked[0], asked[1], int(asked[2])


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_what_is_the_same_by_definition_gives_a_count_away(text: str) -> None:
    *asked, true = read(text)
    found = worked_out(*asked)
    assert (found.low, found.high) == (true, true), found
    assert not worked_out(*asked, level="item").is_exact
    *asked, true = read(text, is_safe=True)
    found = worked_out(*asked)
    assert found.low <= true <= found.high and not found.is_exact


def test_who_scored_half_of_the_items_bounds_how_many_scored_each() -> None:
    made = release(
        """
        survey_block_reached team all 60 30
        rcc_domain_score team all 30 .
        rcc_item_score team_a all 25 .
        rcc_item_score team_b all - .
        """
    )
    assert worked_out(made, "rcc_item_score team_b all", "base")[:2] == (5, 30)


ABSENT = """
research_barrier_ticked box_a all 60 20
research_barrier_ticked box_a nurses 52 12
research_barrier_ticked box_a ahp - -
{doctors}
research_motivator_ticked other doctors - -
"""


def test_an_absent_row_is_a_zero() -> None:
    figure = "research_barrier_ticked box_a ahp"
    assert worked_out(release(ABSENT.format(doctors="")), figure, "base")[:2] == (8, 8)
    with_row = release(ABSENT.format(doctors="research_barrier_ticked box_a doctors - -"))
    assert worked_out(with_row, figure, "base")[:2] == (0, 8)


def test_people_without_a_group_may_be_any_number_where_nobody_says_that_parts_add_up() -> None:
    made = release(ABSENT.format(doctors=""))
    assert worked_out(made, "research_barrier_ticked box_a ahp", "base", rests="unknown")[:2] == (0, 8)


def test_a_rest_in_truth_is_no_zero_and_what_is_not_so_is_left_out() -> None:
    made = release(
        """
        survey_completion_rate none all 60 .
        survey_completion_rate none nurses 52 .
        survey_completion_rate none ahp - -
        """
    )
    ahp = key("survey_completion_rate none ahp"), "base"
    for true, low, dropped in ((8, 8, {}), (5, 0, {}), (9, 0, {"staff_group add up": 2})):  # one more is in two groups
        people = {"all": 60, "nurses": 52, "ahp": true}
        truth = {
            (key(f"survey_completion_rate none {name}"), role): count * share
            for name, count in people.items()
            for role, share in (("base", 1), ("counted", 0), ("rest", 1))
        }
        system = Builder(made, truth=truth).build()
        column = system.at[system.roles[ahp]]
        assert intervals(system, [column])[column].low == low, intervals(system, [column])
        assert system.dropped == dropped


def test_a_response_rate_gives_the_invited() -> None:
    made = release(
        """
        survey_response_rate none all - -
        survey_block_reached team all 104 40
        survey_job_satisfaction none all 90 30
        """
    )
    made.rows[key("survey_job_satisfaction none all")]["response_rate_pct"] = 100 * 104 / 1665
    assert worked_out(made, "survey_response_rate none all", "base")[:2] == (1665, 1665)
    made.metrics["survey_response_rate"] = {"decimals": 1, "statistic": "proportion", "counts": "people"}
    assert worked_out(made, "survey_response_rate none all", "base")[:2] == (1665 - 13, 1665 + 13)


def test_a_share_and_its_interval_give_base_and_counted() -> None:
    """Wilson's limits of 12 of 40, reckoned apart: 18.071 % and 45.428 %."""
    row = {"interval_method": "Wilson, 95 %", "value": 30.0, "interval_low": 18.0711, "interval_high": 45.4273}
    assert people(row) == 40
    assert counted(row, 40) == 12
    assert people({"value": 30.0}) is None


def test_only_a_fraction_of_small_numbers_is_read_from_a_rate() -> None:
    assert as_fraction(100 * 104 / 1665) == as_fraction(6.246246246246246)
    assert as_fraction(6.2462) is None or as_fraction(6.2462).denominator > 1665


def test_a_small_count_must_stay_between_its_half_and_the_threshold() -> None:
    made = release(
        """
        survey_completion_rate none all 90 40
        survey_completion_rate none nurses 75 .
        survey_completion_rate none doctors - -
        survey_completion_rate none ahp - -
        """
    )
    system = Builder(made).build()
    one, other = (
        system.at[system.roles[key(f"survey_completion_rate none {name}"), "base"]] for name in ("doctors", "ahp")
    )
    assert broken(system, {one: (4, 11), other: (3, 11)}) == {}
    assert set(broken(system, {one: (4, 16)})) == {one}


def state(text: str, month: int = 9, edition: str = "r1") -> State:
    """A release whose figures are all true, of a month."""
    made, truth = release(text), {}
    made.rows = {key._replace(period_end=date(2026, month, 30)): row for key, row in made.rows.items()}
    for at, row in made.rows.items():
        truth[at, "base"], truth[at, "counted"] = row["people_count"], row["numerator"]
        truth[at, "rest"] = row["people_count"] - row["numerator"]
    return State(made, truth, edition)


def test_four_people_more_of_whom_one_counts_are_told_by_the_year_to_date() -> None:
    both = state("appraisals_completed_ytd none all 29 12", 6)
    both.release.rows.update(state("appraisals_completed_ytd none all 33 13").release.rows)
    both.truth.update(state("appraisals_completed_ytd none all 33 13").truth)
    moves = between_windows(both)
    assert {(move.place[1], move.before, move.after) for move in moves.known} == {
        ("base", 29, 33),
        ("counted", 12, 13),
        ("rest", 17, 20),
    }
    months = state("job_plan_any_research_time none all 29 12", 6)
    months.release.rows.update(state("job_plan_any_research_time none all 33 13").release.rows)
    assert between_windows(months).few == 0  # whoever has a plan today is no part of who had one in June


def test_a_nurse_is_told_by_a_figure_that_moves_beside_one_that_stays() -> None:
    before = state("job_plan_any_research_time none all 57 22\njob_plan_signed_off none all 90 57")
    after = state("job_plan_any_research_time none all 57 22\njob_plan_signed_off none all 90 58", edition="r2")
    after.release.rows[key("job_plan_any_research_time none all")]["kept_from_release_id"] = "r1"
    known = between_releases(before, after).known
    assert {(move.place[0].metric_id, move.place[1], move.after) for move in known} == {
        ("job_plan_signed_off", "counted", 58),
        ("job_plan_signed_off", "rest", 32),
    }
    assert between_releases(before, before).known == []


def test_every_metric_of_the_table_is_one_that_a_release_has() -> None:
    assert {metric.metric_id for metric in load_metrics()} >= set(WHAT)
    assert counts_of("rcc_item_unsure", "team_a") == ("answered team_a", "unsure team_a", "scored team_a")
    assert counts_of("unheard_of", "none") == ("unheard_of base", "unheard_of counted", "rest of unheard_of")


def test_a_level_s_share_tells_how_many_of_its_boxes_were_ticked() -> None:
    """Of 2 boxes offered to 50 people 55 % were ticked: 55, 45 of them b, so 10 are a."""
    made = release(
        """
        research_barrier_ticked box_a all - -
        research_barrier_ticked box_b all 50 45
        research_barrier_level_share personal all 50 .
        research_barrier_level_ticked personal all 50 49
        research_barrier_supports_missing personal all - -
        """
    )
    made.questions = Questions(QUESTIONS.domain, {"box_a": "personal", "box_b": "personal", "box_m": "personal"})
    made.rows[key("research_barrier_level_share personal all")]["value"] = 55.0
    made.metrics["research_barrier_level_share"] = {"decimals": 1, "statistic": "mean", "counts": "people"}
    assert worked_out(made, "research_barrier_ticked box_a all", "counted")[:2] == (10, 10)
    assert worked_out(made, "research_barrier_supports_missing personal all", "counted")[:2] == (0, 55 - 49)
    made.rows[key("research_barrier_level_share personal all")]["value"] = None
    assert worked_out(made, "research_barrier_ticked box_a all", "counted")[:2] == (5, 49)
