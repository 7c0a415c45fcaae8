"""One linear system over all counts of people that a release names: what is printed, and what adds up by definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from tests.attack import release as reading
from tests.attack.identities import (
    ALL,
    BOXES_TICKED,
    LISTED_BY_POPULATION,
    NOBODY_KNOWS,
    WIDE,
    Counts,
    Place,
    at,
    counts_of,
    is_overlapping,
    lines,
    rest_of,
    sums,
)
from tests.attack.release import Key, Release
from tests.attack.survey import Line, boxes_of
from tests.attack.unknowns import Name, Rule, System, Where

Level = Literal["item", "metric", "all"]  # what shares its counts: figures of an item, of a metric, or all
Rests = Literal["unknown", "none", "told"]
THRESHOLD = 11
IN_PRINT = ("shown", "not_restated")
BESIDE = {"profession"}  # most have none, and stand in other groups: nobody is told of them
_RATE = "response rate"


Truth = Mapping[tuple[Key, str], float]  # figure and role -> how many people


@dataclass
class Builder:
    """Builds the system of a release.

    With the truth a rule is left out where it does not hold, as nobody can learn from it. Where the truth of a name
    differs by figure, the name is of each figure alone.
    """

    release: Release
    level: Level = "all"
    rests: Rests = "none"
    truth: Truth = field(default_factory=dict)
    edition: str = "now"
    knows_rules: bool = False  # and concludes that what is in print is of 11 people or more
    system: System = field(default_factory=System)

    def build(self) -> System:
        """The system."""
        self._true: dict[Name, set[float]] = defaultdict(set)
        self._seen: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._bases: dict[str, set[str]] = defaultdict(set)
        self._printing: dict[tuple, set[Place]] = defaultdict(set)
        self._kept = {_family(key): row["kept_from_release_id"] for key, row in self._rows() if _is_kept(row)}
        for key in sorted({*self.release.rows, *(key for key, _ in self.truth)}):
            self._name(key)
        for key, row in self._rows():
            self._state(key, row)
            if key.metric_id in BOXES_TICKED:
                self._tell_boxes(key, row)
        places = self._places()
        for where, concepts in self._concepts().items():  # of what stays as before, that release says it
            self._relate(where, concepts, places[where])
        self._absent()
        self._rates()
        return self.system

    def _rows(self) -> Iterable[tuple[Key, dict]]:
        return self.release.rows.items()

    def where(self, key: Key) -> Where:
        """Whose counts the figure shares."""
        group = {"all": "", "metric": key.metric_id, "item": f"{key.metric_id} {key.item_code}"}[self.level]
        edition = self._kept.get(_family(key), self.edition)
        return Where(key.organisation_code, (key.period_start, key.period_end), edition, group)

    def _name(self, key: Key) -> None:
        """Names for the figure's counts, by role; with their truth, where it is told."""
        where, counts = self.where(key), counts_of(key.metric_id, key.item_code)
        self._seen[where][key.breakdown].add(key.category)
        for role, concept in zip(Counts._fields, counts, strict=True):
            if concept and self._is_of_people(key, role):
                name = Name(where, *at(concept, key.place))
                true = self.truth.get((key, role)) if where.edition == self.edition else None
                if true is not None and self._true[name] and true not in self._true[name]:
                    name = Name(where, f"{name.concept} of {key.metric_id}", name.place)
                    self.system.dropped[f"name: {concept}"] += 1
                if true is not None:
                    self._true[name].add(true)
                self._bases[name.concept].add(at(counts.base, key.place)[0])
                self.system.roles[key, role] = name
                self.system.unknown(name)

    def _is_of_people(self, key: Key, role: str) -> bool:
        """A ratio of hours or items has people behind it, and no rest; a mean or a median has a base only."""
        metric = self.release.metrics.get(key.metric_id, {"statistic": "proportion", "counts": "people"})
        is_share = metric["statistic"] == "proportion" and metric["counts"] == "people"
        return role == "base" or is_share or (role == "counted" and metric["statistic"] in ("proportion", "ratio"))

    def _state(self, key: Key, row: dict) -> None:
        """What the row prints, and what base, counted and rest are to each other."""
        metric, roles = key.metric_id, self.system.roles
        base = reading.people(row)
        names = {role: roles.get((key, role)) for role in Counts._fields}
        if key.category == "all" != key.breakdown:
            self.system.tell(names["base"], 0.0, 0.0, "a total is no category")
        if (
            self.knows_rules
            and row.get("status") in IN_PRINT
            and self.release.metrics.get(metric, {}).get("profile") == "staff_survey"
        ):
            for name in filter(None, names.values()):
                self.system.tell(name, THRESHOLD, inf, "only from the threshold on in print")
        if base is not None and names["base"]:
            self.system.tell(names["base"], base, base, f"{metric} base")
        if names["rest"] and names["counted"] and names["base"]:
            terms = ((1, names["base"]), (-1, names["counted"]), (-1, names["rest"]))
            self._rule(f"{metric}: counted + rest", terms)
            self._state_counted(key, row, base)  # a ratio prints no people of its numerator
        elif names["counted"]:
            self._rule("counted <= base", ((1, names["base"]), (-1, names["counted"])), inf)

    def _tell_boxes(self, key: Key, row: dict) -> None:
        """How many boxes of the level were ticked in all, as closely as the mean is printed."""
        domain, metric = BOXES_TICKED[key.metric_id], self.release.metrics.get(key.metric_id, {})
        name = Name(self.where(key), f"boxes of {domain} {key.item_code}", key.place)
        self.system.unknown(name)
        offered = reading.offered(self.release, key, boxes_of(self.release.questions, domain, key.item_code))
        base, value = reading.people(row), row.get("value")
        if base is not None and value is not None:
            hair = 0.5 / 10 ** metric.get("decimals", 9)
            low, high = ((value + sign * hair) * base * offered / 100 for sign in (-1, 1))
            self.system.tell(name, max(low, 0), high, "a level's share of boxes")

    def _state_counted(self, key: Key, row: dict, base: float | None) -> None:
        """People who count; where a person may count more than once, only bounds of them."""
        if (found := reading.counted(row, base)) is None:
            return
        more = max((row.get("denominator") or 0) - base, 0) if base is not None else 0
        name = self.system.roles[key, "counted"]
        self.system.tell(name, max(found - more, 0), found, f"{key.metric_id} counted")

    def _rule(self, label: str, terms: Iterable[tuple[float, Name]], high: float = 0.0) -> None:
        """0 <= sum <= high, unless it is not so."""
        terms = list(terms)
        known = [(factor, self._true.get(name)) for factor, name in terms]
        if all(true and len(true) == 1 for _, true in known):
            found = sum(factor * next(iter(true)) for factor, true in known if true)
            if not -1e-9 <= found <= high + 1e-9:
                self.system.dropped[label] += 1
                return
        total: dict[int, float] = defaultdict(float)
        for factor, name in terms:
            total[self.system.unknown(name)] += factor
        self.system.rules.append(Rule(label, dict(total), 0.0, high))

    def _concepts(self) -> dict[Where, dict[str, set[str]]]:
        """The concepts of each place's counts, with the breakdowns in which figures have them."""
        found: dict[Where, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name in (name for name in self.system.at if name.where.edition == self.edition):
            found[name.where][name.concept].add(name.place[0])
        return found

    def _places(self) -> dict[Where, dict[str, set[str]]]:
        """The categories that any figure shows of each breakdown, and `?`; wide groups for groups."""
        found: dict[Where, dict[str, set[str]]] = {}
        for where, seen in self._seen.items():
            found[where] = {name: set(codes) for name, codes in seen.items()}
        for name in (name for name in self.system.at if name.where in found):
            found[name.where].setdefault(name.place[0], set()).add(name.place[1])
        return found

    def _relate(self, where: Where, concepts: dict[str, set[str]], places: dict[str, set[str]]) -> None:
        """Sums over categories of each concept, then lines between concepts at each place."""
        for concept, breakdowns in concepts.items():
            own = {name: codes for name, codes in places.items() if name in breakdowns | {WIDE, "staff_group"}}
            if WIDE not in breakdowns and "staff_group" not in breakdowns:
                own = {name: codes for name, codes in own.items() if name in breakdowns}
            for breakdown, total, parts in sums(own, self.release.wide):
                self._add_up(where, concept, breakdown, total, parts)
        for line in lines(concepts.keys(), self.release.questions) if self.level != "item" else ():
            for place in self._common(where, line, places):
                terms = ((factor, Name(where, concept, place)) for factor, concept in line.terms)
                self._rule(line.label, terms, 0.0 if line.is_equal else inf)

    def _common(self, where: Where, line: Line, places: dict[str, set[str]]) -> Iterator[Place]:
        for breakdown, codes in places.items():
            for place in ((breakdown, code) for code in sorted({*codes, NOBODY_KNOWS} if codes != {"all"} else codes)):
                if all(Name(where, concept, place) in self.system.at for _, concept in line.terms):
                    yield place

    def _add_up(self, where: Where, concept: str, breakdown: str, total: Place, parts: list[Place]) -> None:
        """The parts and whoever is in none of them make the total; of overlapping ones, each is a part."""
        whole = Name(where, concept, total)
        if is_overlapping(breakdown, total):
            for part in parts:
                if Name(where, concept, part) in self.system.at:
                    self._rule(f"{breakdown} in {total[0]}", ((1, whole), (-1, Name(where, concept, part))), inf)
            return
        names = [Name(where, concept, part) for part in parts]
        rest = Name(where, concept, rest_of(breakdown, total))
        if breakdown.startswith(WIDE) or not total[0].startswith(WIDE):
            if not self._rest(whole, names, rest, self._is_in_base(whole, names)):
                self.system.dropped[f"{breakdown} add up"] += 1
                return
            names.append(rest)
        self._rule(f"{breakdown} add up", ((1, whole), *((-1, name) for name in names)))

    def _is_in_base(self, whole: Name, parts: list[Name]) -> bool:
        """True where all of whom it counts some are in none of the parts: nobody knows how many of them count."""
        bases = self._bases[whole.concept] - {whole.concept}
        return any(
            self._left(*([n._replace(concept=base) for n in some] for some in ([whole], parts))) for base in bases
        )

    def _left(self, whole: list[Name], parts: list[Name]) -> float | None:
        """How many of a total are in truth in none of the parts."""
        total, *found = (max(self._true.get(name) or {0.0}) for name in whole + parts)
        return total - sum(found) if self._true.get(whole[0]) else None

    def _rest(self, whole: Name, parts: list[Name], rest: Name, is_in_base: bool) -> bool:
        """Who is in none of the parts: nobody, or as told, or any number; False where some are in several."""
        true = self._left([whole], parts)
        if true is not None:
            self._true[rest].add(true)
            if true < 0:
                return False
        is_told = self.rests == "told" and rest.place[0] not in BESIDE and true is not None and true >= THRESHOLD
        if self.rests != "unknown" and ((not true and not is_in_base) or is_told):
            self.system.tell(rest, true or 0.0, true or 0.0, "nobody is without a category")
        return True

    def _absent(self) -> None:
        """A category without a row, in a breakdown that the figure's family and item print: nobody is in it.

        A crossed one is told of only where both that it crosses are in print.
        """
        shown = {key for key, row in self._rows() if row.get("status") in IN_PRINT}
        printed: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for key, row in self._rows():
            if row.get("status") is not None and key.metric_id not in LISTED_BY_POPULATION:
                printed[key[:5]][key.breakdown].add(key.category)
        for family, breakdowns in printed.items():
            base = counts_of(family[0], family[1]).base
            for breakdown, codes in breakdowns.items():
                key = Key(*family, breakdown, next(iter(codes)))
                own = self.where(key).edition == self.edition
                for category in self._seen[self.where(key)][breakdown] - codes if own else ():
                    sides = zip(breakdown.split(" x "), category.split(" x "), strict=True)
                    if " x " not in breakdown or all(Key(*family, *side) in shown for side in sides):
                        self._nobody(Name(self.where(key), base, (breakdown, category)))

    def _nobody(self, name: Name) -> None:
        if name in self.system.at and not any(self._true.get(name, ())):
            self.system.tell(name, 0.0, 0.0, "absent row")

    def _rates(self) -> None:
        """Responses over invited, as each survey figure prints it."""
        decimals = self.release.metrics.get("survey_response_rate", {}).get("decimals")
        for key, rate in reading.rates(self.release):
            place = key.place if key.breakdown in ("staff_group", "staff_group_wide") else ALL
            returned, invited = (Name(self.where(key), name, place) for name in ("responses", "invited"))
            if self.level != "all" and (returned not in self.system.at or invited not in self.system.at):
                continue
            label = _RATE if key.metric_id != "survey_response_rate" else f"{_RATE} itself"
            self._rate(returned, invited, rate, decimals, label)

    def _rate(self, returned: Name, invited: Name, rate: float, decimals: int | None, label: str) -> None:
        pair = self.system.unknown(returned), self.system.unknown(invited)
        if label in self.system.facts[pair[0]]:
            return
        self.system.facts[pair[0]].add(label)
        fraction = reading.as_fraction(rate) if decimals is None else None
        if fraction is None:
            hair = 0.5 / 10 ** (decimals or 9)
            for sign, edge in ((1, rate - hair), (-1, rate + hair)):
                self.system.rules.append(Rule(label, {pair[0]: sign * 100, pair[1]: -sign * edge}, 0.0, inf))
            return
        times = Name(returned.where, "times", returned.place)
        self.system.tell(times, 1.0, inf, label)
        for name, factor in ((returned, fraction.numerator), (invited, fraction.denominator)):
            self._rule(label, ((1, name), (-factor, times)))


def _family(key: Key) -> tuple:
    return key.metric_id, key.organisation_code, key.period_start, key.period_end


def _is_kept(row: Mapping) -> bool:
    return row.get("kept_from_release_id") is not None
