"""Makes survey responses: one row a respondent, with the answers by question key."""

from collections.abc import Collection
from functools import partial

from flows.demo.draws import Drawn, fill
from flows.demo.exports import Row
from flows.demo.senders import Sender, year_of
from schemas.codelists import Instruments, Item, Scale
from schemas.submissions import Period

BLOCKS = ("barriers", "motivators")
JITTER = 0.02  # how far the answers to a question move from wave to wave, as a share of the respondents


def responses(
    sender: Sender, period: Period, respondents: int, asked: Collection[str], instruments: Instruments
) -> list[Row]:
    """That many responses to the questions asked: plausible answers, and some stop on the way.

    How a question is answered stands by its key, else its domain, else its scale.
    """
    draws, staff = partial(sender.draws, "survey", period.label), sender.rows("staff", year_of(period.end))
    items, about = [item for item in instruments.items if item.question_key in asked], sender.demo["table"]["survey"]
    some = draws("who").sample(staff, respondents) if respondents < len(staff) else staff
    start = {"period": period.label, "first_date": period.start.isoformat()}
    rows: list[Drawn] = [{**row, **start, "n": n} for n, row in enumerate(some, start=1)]
    fill(rows, about["field"], draws)
    answers, unsure = about["answer"], about["unsure"]
    for number, item in enumerate(items):
        there = [row for row in rows if float(row["reached"]) * len(items) > number]
        key = item.question_key
        spec = next(answers[n] for n in (key, item.domain_code, item.scale_code) if n in answers)
        fill(there, {key: spec, "is_unsure": unsure.get(item.domain_code, 0)}, draws, JITTER)
        for row in there:
            row[key] = _text(item, instruments.scale_of(key), row[key], row["is_unsure"] == "yes")
    for row in rows:
        _tick_none(row, items)
    return [*rows]


def _text(item: Item, scale: Scale, drawn: str, is_unsure: bool) -> str:
    """The answer as a person gives it: yes or no as a tick, a number of the scale, or that number's text."""
    if item.scale_code == "tick":
        return str(int(drawn == "yes"))
    if is_unsure and scale.has_unsure:
        return "Unsure"
    if drawn in ("yes", "no"):
        return drawn.capitalize()
    score = min(max(int(drawn), scale.minimum), scale.maximum)
    score = scale.minimum + scale.maximum - score if item.is_reversed else score
    return scale.labels.get(score, str(score))


def _tick_none(row: Drawn, items: Collection[Item]) -> None:
    for block in BLOCKS:
        ticks = [item.question_key for item in items if item.domain_code == block and row.get(item.question_key)]
        for none in (key for key in ticks if key.endswith("_none")):
            row[none] = str(int(not any(row[key] == "1" for key in ticks if key != none)))
