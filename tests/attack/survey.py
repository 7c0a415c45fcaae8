"""What holds by definition between the counts of a survey's questions: its boxes, their levels, its domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple


class Line(NamedTuple):
    """A sum of counts at one place that is 0 by definition (`is_equal`), or at the least 0."""

    label: str
    terms: tuple[tuple[float, str], ...]
    is_equal: bool = False


class Questions(NamedTuple):
    """Public tables of the release: the domain of a question, the level of a barrier."""

    domain: Mapping[str, str]
    level: Mapping[str, str]


def lines_of_boxes(concepts: Set[str], questions: Questions) -> Iterator[Line]:
    """Who reached a block ticked a box of it; who ticked a box of a level ticked of the level."""
    for domain in ("barriers", "motivators"):
        boxes = [name for name in concepts if name.startswith("ticked ") and _box(name, questions) == domain]
        if boxes and f"reached {domain}" in concepts:
            terms = ((1, name) for name in sorted(boxes))
            yield Line(f"a box of {domain} was ticked", (*terms, (-1, f"reached {domain}")))
    for whole in sorted(name for name in concepts if " of " in name and name.startswith("ticked ")):
        domain, _, level = whole.removeprefix("ticked ").partition(" of ")
        boxes = sorted(name for name in concepts if questions.level.get(name.removeprefix("ticked ")) == level)
        boxes = [name for name in boxes if _box(name, questions) == domain]
        for box in boxes:
            yield Line("box <= its level", ((1, whole), (-1, box)))
        if boxes:
            yield Line("level <= its boxes", (*((1, box) for box in boxes), (-1, whole)))
    for ticked in sorted(name for name in concepts if name.startswith("boxes of ")):
        domain, level = ticked.removeprefix("boxes of ").split(" ")
        boxes = [f"ticked {key}" for key in boxes_of(questions, domain, level)]
        if boxes := [box for box in boxes if box in concepts]:  # those that the survey offered
            yield Line("boxes of a level add up", ((1, ticked), *((-1, box) for box in boxes)), is_equal=True)


def lines_of_levels(concepts: Set[str]) -> Iterator[Line]:
    """Barriers at 0 to 3 levels are all who reached the block, and tell how often a level was ticked."""
    at = [f"barriers at {times}" for times in range(4)]
    of = sorted(name for name in concepts if name.startswith("ticked barriers of "))
    if concepts >= {"reached barriers", *at}:
        yield Line("levels add up", ((1, "reached barriers"), *((-1, name) for name in at)), is_equal=True)
        if of:
            terms = (*((times, name) for times, name in enumerate(at) if times), *((-1, name) for name in of))
            yield Line("levels met are levels ticked", terms, is_equal=True)
    for level in (whole.removeprefix("ticked barriers of ") for whole in of):
        one, several, boxes = (
            f"ticked barriers of {level}",
            f"several barriers of {level}",
            f"boxes of barriers {level}",
        )
        yield Line("several <= one of a level", ((1, one), (-1, several)))
        yield Line("first and second boxes", ((1, boxes), (-1, one), (-1, several)))


def boxes_of(questions: Questions, domain: str, level: str) -> list[str]:
    """The boxes of a block that are of a level."""
    return sorted(key for key, of in questions.level.items() if of == level and questions.domain.get(key) == domain)


def _box(concept: str, questions: Questions) -> str:
    return questions.domain.get(concept.removeprefix("ticked "), "")


def lines_of_domains(concepts: Set[str], questions: Questions) -> Iterator[Line]:
    """A respondent with a score of the domain scored half of its items or more, any other fewer."""
    for concept in sorted(concepts):
        domain = concept.removeprefix("scored half of ")
        items = [f"scored {key}" for key, of in sorted(questions.domain.items()) if of == domain]
        items = [name for name in items if name in concepts]
        if domain == concept or not items or f"reached {domain}" not in concepts:
            continue
        half = (len(items) + 1) // 2
        scored = tuple((1.0, name) for name in items)
        yield Line("half of the items scored", (*scored, (-half, concept)))
        most = ((half - 1, f"reached {domain}"), (len(items) - half + 1, concept))
        yield Line("no more than all items scored", (*most, *((-1.0, name) for name in items)))
