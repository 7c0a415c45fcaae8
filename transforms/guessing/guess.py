"""Which field each heading of an export seems to be, for the dataset that fits best: a guess, for a person to check."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from schemas.codelists import fold
from schemas.fields import Dataset
from schemas.rulebook import Rulebook
from schemas.tables import DATASETS, SENT
from transforms.guessing.evidence import UNLISTED, Cells
from transforms.guessing.likeness import Vocabulary, words
from transforms.reading.identify import Headed

LEAST, LIKELY, EXACT = 0.5, 0.78, 0.95  # how alike, after what the cells say
FROM_TEXT = 0.97  # what a question's text counts, beside its heading
PRAISE, BLAME = 0.18, 0.45  # what fitting cells add, and what is left where they speak against it
FROM_CELLS = 0.4  # like enough for the cells to speak for it
RIVAL = 0.06  # two keys as near to each other as this: nobody can say
SAME_KEY = 0.25  # ... and two headings for one key, unless one of them is exact
NUMBERS = frozenset({"reference", "id", "number", "identifier", "key", "record"})  # a heading with one of these ...
AN_ID = 0.52  # ... and like nothing else may be the number of the thing that a line is about
ONLY_ID = 0.7  # ... and where it says nothing else
CODES = ("site_code", "population_code")  # first keys that are no numbers of a thing
CLEAR = 1.2  # how many times better than the next dataset it must be
MOST, LEAST_SCORE = 0.75, 2  # share of what every line must have, and the score, without which nothing is sure
COMMON = 0.4  # what a field that several datasets have says of which one it is
# Columns that hold who someone is, or free text: never taken, so never suggested.
PERSONAL = re.compile(
    r"\b(names?|forename|surname|e ?mail|phone|telephone|mobile|address|birth|comments?|notes?|postcode|ethnic\w*"
    r"|religion|gender|sex|ip|nino|initials|nhs num\w*|nhs no|ni num\w*|ni no|national insurance|age|dob)\b"
)


class Sure(StrEnum):
    """How sure a guess is; what is only guessed must be confirmed."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"
    UNSAID = "ignored unless you say otherwise"


@dataclass(frozen=True)
class Guess:
    """The field or question key that a heading seems to be; "" for none."""

    key: str = ""
    sure: Sure = Sure.UNSAID
    sheet: str = ""  # the dataset, or the further sheet of one, that the key is of
    like: str = ""  # instead of a key: what a known layout does with the heading of that name


@dataclass(frozen=True)
class Guesses:
    """The best guess for one sheet: of which contract, each heading's guess, and how well it fits as a whole."""

    sheet: str
    by_heading: Mapping[str, Guess]
    score: float


def guess(headed: Headed, dataset: str | None, rules: Rulebook) -> list[Guesses]:
    """The guesses for the dataset where it is known, else for each that an organisation sends; the best first.

    Nothing is sure where the best does not clearly fit.
    """
    sheets = [dataset] if dataset else [name for name, one in DATASETS.items() if not one.is_national]
    return _best(headed, sheets, rules, Vocabulary(rules))


def guess_part(headed: Headed, parts: Sequence[str], rules: Rulebook) -> Guesses:
    """The best guess for a table that may be one of a dataset's further sheets."""
    return _best(headed, parts, rules, Vocabulary(rules))[0]


def _best(headed: Headed, sheets: Sequence[str], rules: Rulebook, vocabulary: Vocabulary) -> list[Guesses]:
    asked = _Asked(headed, {h: Cells(headed.cells.get(h, ())) for h in headed.headings}, rules, vocabulary)
    found = sorted((_for(asked, SENT[sheet]) for sheet in sheets), key=lambda one: -one.score)
    best, others = found[0], [one.score for one in found[1:]]
    if best.score < CLEAR * max(others, default=0) or not _has_most(best):
        found[0] = Guesses(best.sheet, {h: _unsure(one) for h, one in best.by_heading.items()}, best.score)
    return found


@dataclass(frozen=True)
class _Asked:
    """What the headings of one table are guessed with."""

    headed: Headed
    cells: Mapping[str, Cells]
    rules: Rulebook
    vocabulary: Vocabulary


def _has_most(guesses: Guesses) -> bool:
    """True where most of what every line must have is there; what may be made does not count."""
    contract, there = SENT[guesses.sheet], {one.key for one in guesses.by_heading.values()}
    needed = [{one.name} for one in contract.fields if one.required and not (one.made_of or one.may_be_numbered)]
    needed += [set(group) for group in contract.one_of]
    return guesses.score > LEAST_SCORE and sum(bool(there & one) for one in needed) >= MOST * len(needed)


def _unsure(one: Guess) -> Guess:
    return replace(one, sure=Sure.GUESS) if one.key else one


def _for(asked: _Asked, contract: Dataset) -> Guesses:
    headings = asked.headed.headings
    likes = {heading: _likes(asked, heading, contract) for heading in headings}
    pairs = sorted(((like, h, key) for h, keys in likes.items() for key, like in keys.items()), key=lambda p: -p[0])
    chosen: dict[str, str] = {}
    for like, heading, key in pairs:
        if like >= LEAST and heading not in chosen and key not in chosen.values():
            chosen[heading] = key
    guesses = {
        h: Guess(chosen[h], _sure(h, chosen[h], likes), contract.name) if h in chosen else Guess() for h in headings
    }
    said = (asked.vocabulary.likeness(heading, contract.name) for heading in headings)
    named = {key for one in said for key, (like, _) in one.items() if like >= EXACT and key in contract.names}
    score = _score(contract, {key: likes[h][key] for h, key in chosen.items()}, named)
    return Guesses(contract.name, guesses, score)


def _likes(asked: _Asked, heading: str, contract: Dataset) -> dict[str, float]:
    """How much the heading is like each key, by its words, its question's and its cells."""
    text, cells = asked.headed.texts.get(heading, ""), asked.cells[heading]
    named = asked.vocabulary.likeness(heading, contract.name)
    for key, (like, is_whole) in asked.vocabulary.likeness(text, contract.name).items() if text else ():
        named[key] = max(named.get(key, (0, False)), (FROM_TEXT * like, is_whole))
    own, most = contract.keys[0], max((like for like, _ in named.values()), default=0)
    if most < LIKELY and own not in CODES and words(heading) & NUMBERS:
        named[own] = max(named.get(own, (0, False)), (ONLY_ID if words(heading) <= NUMBERS else AN_ID, False))
    is_personal = cells.is_personal or any(PERSONAL.search(fold(one)) for one in (heading, text))
    likes = {}
    for key, (like, is_whole) in named.items():
        if like < FROM_CELLS or (is_personal and like < EXACT):
            continue
        fit = _fit(asked, key, cells, contract)
        likes[key] = like * BLAME if UNLISTED != fit < 0 else max(like, min(like + PRAISE * fit, EXACT - 0.01))
        if fit == UNLISTED or not is_whole:
            likes[key] = min(likes[key], LIKELY - 0.01)
    return likes


def _fit(asked: _Asked, key: str, cells: Cells, contract: Dataset) -> float:
    if key in contract.names:
        return cells.fit(contract.field(key), contract, asked.rules)
    return cells.answers(asked.rules.instruments.scale_of(key))


def _sure(heading: str, key: str, likes: Mapping[str, Mapping[str, float]]) -> Sure:
    like = likes[heading][key]
    others = max((other for one, other in likes[heading].items() if one != key), default=0)
    rivals = max((keys.get(key, 0) for one, keys in likes.items() if one != heading), default=0)
    if like < LIKELY or others > like - RIVAL or rivals > like - (RIVAL if like >= EXACT else SAME_KEY):
        return Sure.GUESS
    return Sure.SURE if like >= EXACT else Sure.LIKELY


def _score(contract: Dataset, chosen: Mapping[str, float], named: Collection[str]) -> float:
    """What the fields that were found say of the dataset, less those that every line must have and that are missing.

    A heading that names a field says something, too, where its cells speak against it.
    """
    required = [field for field in contract.fields if field.required]
    says = {key: (like - FROM_CELLS) / (1 - FROM_CELLS) for key, like in chosen.items()}
    says |= {key: 0.5 for key in named if key not in chosen}
    missing = sum(_weight(one.name) for one in required if one.name not in says and not one.may_be_numbered)
    return (
        sum(like * _weight(key) for key, like in says.items())
        - missing
        + sum(says.get(one.name, 0) * _weight(one.name) for one in required)
    )


@lru_cache(maxsize=1000)
def _weight(key: str) -> float:
    """What a key says of the dataset: little where several have it."""
    return COMMON if sum(key in contract.names for contract in DATASETS.values()) > 1 else 1.0
