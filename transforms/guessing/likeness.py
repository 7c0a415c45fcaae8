"""How alike a heading and the spellings of a field are: by their words, each weighed by how much it tells apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log
from typing import TypeAlias

from rapidfuzz import fuzz, process

from schemas.rulebook import Rulebook
from schemas.tables import ABBREVIATIONS, OTHERWISE, SENT, UNTOLD, synonyms

Words: TypeAlias = frozenset[str]

SAME_WORD = 82  # per cent: a slip of the pen, or another ending
SHORT = 4  # letters that a word cut short keeps: "categ" for "category"
NOT_QUITE = 0.9  # what such a word counts
UNKNOWN_WORD = 0.5  # what a word that no spelling has weighs, of what they weigh at most
MANY = 3  # keys that share a spelling: it tells nothing
EARLIER = 1e-3  # of two spellings that fit as well, the one declared first
ANOTHER = 0.8  # what is left where only one of the two has such a word


@lru_cache(maxsize=1 << 16)
def words(text: str) -> Words:
    """The words of a heading that tell something; `planRef` and `Plan reference` have the same."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", text)
    found = re.findall(r"[a-z]+", parted.casefold())
    if found[-1:] == ["to"]:  # "effective to"
        found[-1] = "end"
    told = (word for word in found if word not in UNTOLD and len(word) > 1)
    return frozenset(ABBREVIATIONS.get(word, word) for word in told) or frozenset(found)


class Vocabulary:
    """Every spelling that we know of a field or question: contracts, synonyms, labels, the headings of layouts."""

    def __init__(self, rules: Rulebook) -> None:
        spellings = {sheet: _spellings(sheet, rules) for sheet in SENT}
        said = [frozenset[str]().union(*one) for sheet in spellings.values() for one in sheet.values()]
        counts = Counter(word for one in said for word in one)
        self._weights = {word: log(1 + len(said) / count) for word, count in counts.items()}
        self._unknown = UNKNOWN_WORD * max(self._weights.values())
        self._known = {word: ABBREVIATIONS.get(word, word) for word in (*self._weights, *ABBREVIATIONS)}
        self._met: dict[str, dict[str, float]] = {}
        self._spellings = {
            sheet: [(key, n, one, self._weigh(one)) for key, all_of in keys.items() for n, one in enumerate(all_of)]
            for sheet, keys in spellings.items()
        }

    def likeness(self, text: str, sheet: str) -> dict[str, tuple[float, bool]]:
        """The keys of the sheet that the text is like, each with how much, 1 where a spelling has the same words; and
        whether it holds all words of that spelling."""
        asked = frozenset(part for word in words(text) for part in self._parts(word))
        alike = {other: (word, surely) for word in asked for other, surely in self._alike(word).items()}
        whole = self._weigh(asked)
        found: dict[str, tuple[float, bool]] = {}
        for key, n, spelling, weight in self._spellings[sheet]:
            if there := spelling & alike.keys():
                mine = sum(self._weights[word] * alike[word][1] for word in there) / weight
                theirs = self._weigh({alike[word][0] for word in there}) / whole
                same = 1.0 if asked & OTHERWISE == spelling & OTHERWISE else ANOTHER
                like = 2 * same * mine * theirs / (mine + theirs) - EARLIER * n
                found[key] = max(found.get(key, (0.0, False)), (like, there == spelling))
        return found

    def _parts(self, word: str) -> tuple[str, ...]:
        """The word; where we do not know it, the two known ones that it is run together from, as in `staffgroup`."""
        cuts = range(3, len(word) - 2) if word not in self._weights else ()
        halves = ((word[:cut], word[cut:]) for cut in cuts)
        both = ((ABBREVIATIONS.get(one, one), ABBREVIATIONS.get(other, other)) for one, other in halves)
        return next((pair for pair in both if self._weights.keys() >= set(pair)), (word,))

    def _alike(self, word: str) -> dict[str, float]:
        """The known words that a word stands for, each with how surely."""
        if word in self._weights:
            return {word: 1.0}
        if word not in self._met:
            close = process.extract(word, list(self._known), scorer=fuzz.ratio, score_cutoff=SAME_WORD, limit=None)
            cut = [other for other in self._known if len(word) >= SHORT and other.startswith(word)]
            self._met[word] = {self._known[other]: NOT_QUITE for other in (*cut, *(one for one, _, _ in close))}
        return self._met[word]

    def _weigh(self, said: Iterable[str]) -> float:
        return sum(self._weights.get(word, self._unknown) for word in said)


def _spellings(sheet: str, rules: Rulebook) -> dict[str, tuple[Words, ...]]:
    said: dict[str, list[str]] = {field.name: [field.title, field.name] for field in SENT[sheet].fields}
    if sheet == "survey":
        said |= {item.question_key: [item.label, item.question_key] for item in rules.instruments.items}
    for layout in (one for top in rules.layouts for one in (top, *top.parts) if one.dataset == sheet):
        for heading, key in {**layout.columns, **layout.questions, **dict(layout.measured)}.items():
            said.setdefault(key, []).append(heading)
    spelled = {key: tuple(dict.fromkeys(_all(spellings, sheet, key))) for key, spellings in said.items()}
    counts = Counter(one for spellings in spelled.values() for one in spellings)
    # `org_1` to `org_19` say nothing without their numbers
    return {key: tuple(one for one in ones if counts[one] < MANY) for key, ones in spelled.items()}


def _all(spellings: Iterable[str], sheet: str, key: str) -> Iterator[Words]:
    return (words(text) for text in (*spellings, *synonyms(sheet, key)))
