"""What an attacker knows of programmes that are crossed: they add up over groups of doctors, not over programmes."""

from __future__ import annotations

from datetime import date

import pytest

from tests.attack.bounds import intervals
from tests.attack.release import Key, Release
from tests.attack.system import Builder

LAST, FIRST = date(2026, 9, 30), date(2025, 10, 1)
CROSSED = "programme x doctor_group"


def key(place: str, metric: str = "support_closed_completed") -> Key:
    breakdown = CROSSED if "*" in place else {"trainee": "doctor_group", "gp": "doctor_group"}.get(place, "programme")
    breakdown = "all" if place == "all" else breakdown
    return Key(metric, "none", "ZZ5", FIRST, LAST, breakdown, place.replace("*", " x "))


def bounds(figures: str, wanted: str) -> tuple[float, float]:
    """Lines of place and cases, `-` where withheld -> what is worked out of a place's cases."""
    made = Release()
    for line in filter(None, map(str.strip, figures.splitlines())):
        place, cases = line.split()
        told = {"status": "suppressed"} if cases == "-" else {"status": "shown", "people_count": int(cases)}
        made.say(key(place), told)
    system = Builder(made).build()
    column = system.at[system.roles[key(wanted), "base"]]
    return intervals(system, [column])[column][:2]


@pytest.mark.parametrize(("trainees", "found"), [("34", (6, 6)), ("-", (0, 40))])
def test_the_groups_of_a_programme_add_up_to_it(trainees: str, found: tuple[float, float]) -> None:
    assert bounds(f"coaching 40\ncoaching*trainee {trainees}\ncoaching*gp -", "coaching*gp") == found


def test_the_programmes_of_a_group_do_not_add_up_but_each_is_within_it() -> None:
    figures = "trainee 40\ncoaching*trainee 34\nmentoring*trainee -"
    assert bounds(figures, "mentoring*trainee") == (0, 40)


def test_a_group_bounds_what_is_left_of_a_programme() -> None:
    """Of 35 with coaching at most 31 are trainees, so 4 or more are GPs."""
    figures = "trainee 31\ngp 20\ncoaching 35\ncoaching*trainee -\ncoaching*gp -"
    assert bounds(figures, "coaching*gp") == (4, 20)


def test_cases_with_sessions_known_are_some_of_those_closed() -> None:
    made = Release()
    for metric, cases in (("support_closed_completed", 20), ("support_sessions_per_case", None)):
        told = {"status": "suppressed"} if cases is None else {"status": "shown", "people_count": cases}
        made.say(key("all", metric), told)
    system = Builder(made).build()
    column = system.at[system.roles[key("all", "support_sessions_per_case"), "base"]]
    assert intervals(system, [column])[column][:2] == (0, 20)
