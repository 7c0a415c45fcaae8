"""Surveys of made-up people: who knows all that is in print narrows no count that may not be known.

That someone knows what is part of what, over all metrics at once, and shares nothing with what decides.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy.optimize import linprog

from tests.lib.counts import NAMES, THRESHOLD, WIDE, figures
from warehouse.disclosure.counted import counted
from warehouse.disclosure.sums import BASE, COMPLEMENT, NUMERATOR, Figure
from warehouse.disclosure.system import System

Count = tuple[str, str]  # what is counted, and where
People = dict[Count, int]
PLACES = ("all", *"abcd")
PARTS = {  # metric and item: the base, who counts of it, and who does not
    "survey_response_rate none": ("invited", "responded", "did not"),
    "survey_block_reached organisation": ("responded", "reached", "left before"),
    "rcc_item_unsure q1": ("answered 1", "unsure 1", "scored 1"),
    "rcc_item_unsure q2": ("answered 2", "unsure 2", "scored 2"),
    "rcc_item_score q1": ("scored 1",),
    "rcc_item_score q2": ("scored 2",),
    "survey_research_mentor none": ("mentors asked", "mentors", "no mentors"),
}
WITHIN = (("answered 1", "reached"), ("answered 2", "reached"), ("mentors asked", "responded"))


def survey(seed: int) -> People:
    """Four groups, often one of them of few; most who respond reach the block and answer, few are unsure."""
    made, found = np.random.default_rng(seed), People()
    few_unsure = made.choice([1, 3, 12, 25], size=2)
    for place in PLACES[1:]:
        people = int(made.integers(2, 10) if place == "a" and seed % 3 else made.integers(11, 60))
        reached = max(0, people - int(made.integers(0, 13)))
        here = {"responded": people, "did not": int(made.integers(0, 41)), "reached": reached}
        here |= {"invited": people + here["did not"], "left before": people - reached}
        for item, most in enumerate(few_unsure, start=1):
            answered = max(0, reached - int(made.integers(0, 5)))
            unsure = min(answered, int(made.integers(0, most + 1)))
            here |= {f"answered {item}": answered, f"unsure {item}": unsure, f"scored {item}": answered - unsure}
        asked = max(0, people - int(made.integers(0, 6)))
        here |= {"mentors asked": asked, "mentors": int(made.integers(0, asked + 1))}
        here["no mentors"] = asked - here["mentors"]
        found |= {(name, place): count for name, count in here.items()}
    return found | {(name, "all"): sum(found[name, p] for p in PLACES[1:]) for name, place in found if place == "a"}


def stated(people: People) -> list[Figure]:
    """The figures of all metrics; that few left a block out may be known."""
    rows = ["metric item place people counting"]
    for figure, (base, *parts) in PARTS.items():
        counts = ((p, people[base, p], people[parts[0], p] if parts else "-") for p in PLACES if people[base, p])
        rows += [f"{figure} {place} {of} {counting}" for place, of, counting in counts]
    return [
        replace(one, is_complement_counted=False, reason="" if one.reason == COMPLEMENT else one.reason)
        if one.metric_id == "survey_block_reached"
        else one
        for one in figures("\n".join(rows))
    ]


def intervals(people: People, least: People, known: set[Count], asked: set[Count]) -> dict[Count, tuple[float, float]]:
    """The least and the most that each can be, given all sums and what is within what."""
    at = {count: n for n, count in enumerate(people)}
    rules, within = np.zeros((0, len(at))), np.zeros((0, len(at)))

    def row(plus: Count, *minus: Count) -> np.ndarray:
        made = np.zeros((1, len(at)))
        made[0, at[plus]], made[0, [at[one] for one in minus]] = 1, -1
        return made

    totals = [row((name, "all"), *((name, p) for p in PLACES[1:])) for name, place in people if place == "all"]
    splits = [row((b, p), (n, p), (c, p)) for b, n, c in (of for of in PARTS.values() if len(of) > 1) for p in PLACES]
    rules = np.vstack([*totals, *splits])
    within = np.vstack([row((part, p), (whole, p)) for part, whole in WITHIN for p in PLACES])
    ends = [(people[one], people[one]) if one in known else (least.get(one, 0), None) for one in at]

    def end(count: Count, sign: int) -> float:
        aim = sign * row(count)[0]
        found = linprog(aim, within, np.zeros(len(within)), rules, np.zeros(len(rules)), ends)
        return sign * found.fun if found.status == 0 else inf

    return {count: (end(count, 1), end(count, -1)) for count in asked}


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(n, marks=pytest.mark.slow) for n in range(12, 120))])
def test_no_count_of_a_survey_can_be_worked_out_from_all_its_metrics(seed: int) -> None:
    people = survey(seed)
    found = stated(people)
    system = System(found, counted(found, [], NAMES), WIDE, set(), set())
    known, least, needs = set[Count](), People(), dict[Count, tuple[float, float]]()
    for one in found:
        parts = dict(zip((BASE, NUMERATOR, COMPLEMENT), PARTS[f"{one.metric_id} {one.item_code}"], strict=False))
        if one.is_unsafe:
            needs |= {(parts[part], one.category): (low, high) for part, low, high in one.needs()}
        elif one.key not in system.how:
            known |= {(name, one.category) for name in parts.values()}
        elif one.key in system.countless:
            least[parts[BASE], one.category] = THRESHOLD
    assert needs
    got = intervals(people, least, known, set(needs))
    narrowed = {count: got[count] for count, (low, high) in needs.items() if not _spans(got[count], low, high)}
    assert narrowed == {}


def _spans(interval: tuple[float, float], low: float, high: float) -> bool:
    return interval[0] <= low + 1e-6 and interval[1] >= high - 1e-6
