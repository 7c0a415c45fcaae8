"""Respondents whose organisation and team tables come out as printed for NHS Fife.

They are made up: only the table is real (`fife.csv`: Chinn 2023, doi 10.1186/s12913-023-09196-y, tables 2 and 3).
Attribute them to a fictional organisation, never to NHS Fife.
"""

from __future__ import annotations

import csv
from importlib import resources
from itertools import pairwise
from random import Random

LOWEST, HIGHEST = 1, 10


def fife_responses(seed: int) -> list[dict[str, str]]:
    """One dict a respondent: question key -> `1` to `10` or `Unsure`; a question not answered is absent.

    Of each item the scored answers, the share unsure and the median and quartiles by (n + 1)p are those printed. The
    base differs by item, as the printed figures imply (`implied_base`, computed: the nearest to the 503 who replied,
    or to the 151 asked about a team). The largest is 509, so there are 509 respondents and not 503.
    """
    printed = _printed()
    draw = Random(seed)
    leaning = [draw.gauss(0, 1) for _ in range(max(int(row["implied_base"]) for row in printed))]
    responses: list[dict[str, str]] = [{} for _ in leaning]
    order = draw.sample(range(len(leaning)), len(leaning))  # who is early answers more of the items
    for row in printed:
        scores = sorted_scores(int(row["scored_count"]), *(float(row[name]) for name in ("q1", "median", "q3")))
        scored = draw.sample(order[: int(row["implied_base"])], len(scores))
        scored.sort(key=lambda person: leaning[person] + draw.gauss(0, 1))
        answers = dict(zip(scored, map(str, scores), strict=True))
        for person in order[: int(row["implied_base"])]:
            responses[person][row["question_key"]] = answers.get(person, "Unsure")
    return responses


def sorted_scores(size: int, q1: float, median: float, q3: float) -> list[int]:
    """So many whole scores from 1 to 10, ascending, whose quartiles by (n + 1)p (type 6) are those given.

    Raises StopIteration where no two neighbouring whole scores give a quartile at its place.
    """
    known = {1: LOWEST, size: HIGHEST}
    for share, value in ((0.25, q1), (0.5, median), (0.75, q3)):
        place = (size + 1) * share
        below, part = int(place), place % 1
        known[below], above = _neighbours(value, part)
        known |= {below + 1: above} if part else {}
    scores = [known[1]]
    for (start, low), (end, high) in pairwise(sorted(known.items())):
        scores += [low + round((high - low) * step / (end - start)) for step in range(1, end - start + 1)]
    return scores


def _neighbours(value: float, part: float) -> tuple[int, int]:
    """The two ordered scores, as close as can be, between which `value` lies at that part of the way."""
    pairs = ((low, low + gap) for gap in range(HIGHEST) for low in range(LOWEST, HIGHEST + 1 - gap))
    return next((low, high) for low, high in pairs if abs(low + (high - low) * part - value) < 1e-9)


def _printed() -> list[dict[str, str]]:
    text = (resources.files("flows.demo") / "data" / "fife.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
