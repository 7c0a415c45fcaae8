"""Makes survey responses: one row a respondent, with the answers by question key."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from flows.demo.exports import Row
from flows.demo.people import Sender
from schemas.codelists import Instruments, Item, Scale
from schemas.submissions import Period

BLOCKS = ("barriers", "motivators")


def responses(
    sender: Sender, period: Period, respondents: int, asked: Collection[str], instruments: Instruments
) -> Iterator[Row]:
    """That many responses to the questions asked: plausible answers, and about four in ten stop on the way."""
    draws = sender.draws("survey", period.label)
    items = [item for item in instruments.items if item.question_key in asked]
    for number in range(1, respondents + 1):
        about = _respondent(sender, draws, period, number)
        is_complete = draws.random() < sender.demo["survey"]["complete"]
        reached = items if is_complete else items[: draws.randrange(len(items) // 5, len(items))]
        yield {**about, "is_complete": _yes(is_complete), **_answers(sender.demo, draws, reached, instruments)}


def _respondent(sender: Sender, draws: Random, period: Period, number: int) -> dict[str, str]:
    """What a respondent says about themselves; staff groups answer in proportion to their size."""
    staff = sender.declared["staff"]
    return {
        "response_id": f"R-{sender.code}-{period.label}-{number:04d}",
        "response_date": (period.start + timedelta(days=draws.randrange(28))).isoformat(),
        "staff_group_code": draws.choices(tuple(staff), tuple(staff.values()))[0],
        "is_research_active": _yes(draws.random() < sender.demo["survey"]["research_active"]),
    }


def _answers(demo: Mapping[str, Any], draws: Random, items: list[Item], instruments: Instruments) -> dict[str, str]:
    leaning = draws.gauss(0, 0.8)  # some people answer higher throughout
    answers = {i.question_key: _answer(demo, draws, i, instruments.scale_of(i.question_key), leaning) for i in items}
    for block in BLOCKS:
        ticks = [item.question_key for item in items if item.domain_code == block]
        none = next((key for key in ticks if key.endswith("_none")), "")
        if none:
            answers[none] = "0" if any(answers[key] == "1" for key in ticks if key != none) else "1"
    return answers


def _answer(demo: Mapping[str, Any], draws: Random, item: Item, scale: Scale, leaning: float) -> str:
    if item.scale_code == "tick":
        return str(int(draws.random() < demo["tick"].get(item.question_key, demo["tick"]["other"])))
    if scale.texts:
        middle = (scale.minimum + scale.maximum) / 2 + (-0.2 if item.is_reversed else 0.4)
        score = _score(draws, scale, middle, 1.0)
        return next(text for text, number in scale.texts.items() if number == score).capitalize()
    domain = demo["domain"][item.domain_code]
    unsure = draws.random() < domain["unsure"]
    return "Unsure" if unsure else str(_score(draws, scale, domain["mean"] + leaning, 2.2))


def _score(draws: Random, scale: Scale, mean: float, spread: float) -> int:
    return min(max(round(draws.gauss(mean, spread)), scale.minimum), scale.maximum)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
