"""What the figures of people who are counted together count: one system of named counts and of sums between them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from math import isclose
from typing import TypeAlias

from schemas.metrics import count_of
from warehouse.disclosure.sums import ALL, BASE, COMPLEMENT, NUMERATOR, SUM, SUM_OF_BASE, Figure, Place

User: TypeAlias = tuple[str, str]  # metric and item
Part: TypeAlias = str  # what a count is of a figure: base, numerator, complement, sum
Term: TypeAlias = tuple[str, str, float]
Terms: TypeAlias = dict[str, dict[str, float]]  # template -> count -> how often it counts


@dataclass(frozen=True)
class Names:
    """How the counts of each metric are named, and the block of questions and the level that an item is of."""

    of_metric: Mapping[str, Mapping[Part, str]]
    blocks: Mapping[str, str]
    levels: Mapping[str, str] = field(default_factory=dict)

    def name(self, user: User, part: Part) -> str:
        """The name of what a figure counts; one of its own where the metric shares it with no other."""
        return self._filled(self._template(user, part) or f"{{metric}} {{item}} {part}", user)

    def whole(self, user: User, part: Part) -> str:
        """The name of the count that it is part of; '' for none."""
        declared = count_of(self._template(user, part))
        return self._filled(declared.part_of, user) if declared else ""

    def term(self, user: User, part: Part) -> Term | None:
        """The sum that it is a term of, the template of its name, and how often it counts there; None for none."""
        declared = count_of(template := self._template(user, part))
        if not declared or not declared.adds_to:
            return None
        return self._filled(declared.adds_to, user), template, float(user[1]) if declared.adds_by_item else 1.0

    def sum_of_any(self, user: User, part: Part) -> tuple[str, int]:
        """The sum to which each of them adds, '' for none, and how often at least."""
        declared = count_of(self._template(user, part))
        return (self._filled(declared.adds_any_to, user), declared.adds_at_least) if declared else ("", 0)

    def _template(self, user: User, part: Part) -> str:
        return self.of_metric.get(user[0], {}).get(part, "")

    def _filled(self, template: str, user: User) -> str:
        metric_id, item = user
        words = {"metric": metric_id, "item": item, "block": self.blocks.get(item, item)}
        for word, value in (words | {"level": self.levels.get(item, item)}).items():
            template = template.replace(f"{{{word}}}", value)
        return template


@dataclass
class Counted:
    """The counts of a family by name and place, and how they hang together."""

    users: dict[User, dict[Part, str]] = field(default_factory=lambda: defaultdict(dict))
    values: dict[str, dict[Place, float]] = field(default_factory=lambda: defaultdict(dict))
    absent: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    wholes: dict[str, str] = field(default_factory=dict)
    sums_of_any: dict[str, tuple[str, int]] = field(default_factory=dict)
    added: dict[str, Terms] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))

    def count_terms(self) -> None:
        """Put the sums that means tell into the unit of their terms, such as boxes; forget those of other terms."""
        for name in {parts[SUM] for parts in self.users.values() if parts.get(SUM) in self.added}:
            told, reckoned = self.values[name], dict[Place, float]()
            for terms in self.added[name].values():
                for place in told.keys() & set[Place].intersection(*(set(self.values[term]) for term in terms)):
                    reckoned[place] = sum(weight * self.values[term][place] for term, weight in terms.items())
            unit = reckoned[ALL] / told[ALL] if told.get(ALL) and ALL in reckoned else 1.0
            is_so = all(isclose(told[place] * unit, value, abs_tol=1e-6) for place, value in reckoned.items())
            self.values[name] = {place: round(value * unit, 6) for place, value in told.items() if is_so}

    def is_reckoned(self, figure: Figure) -> bool:
        """False where a mean tells of a sum that cannot be laid beside what adds up to it."""
        name = self.users[figure.metric_id, figure.item_code].get(SUM, "")
        return not name or figure.place in self.values.get(name, ())

    def equal(self) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
        """What is equal: a sum, or the terms that one metric has of it, and the terms that another has."""
        for name, terms in self.added.items():
            sides = [{name: 1.0}] if name in self.values else []
            sides += terms.values()
            yield from pairwise(sides)

    def above(self, name: str) -> Iterator[str]:
        """The count itself, what it is part of, and so on."""
        while name:
            yield name
            name = self.wholes.get(name, "")

    def commons(self) -> list[str]:
        """The common counts, each after what it is part of."""
        found = [name for name in self.values if is_common(name)]
        return sorted(found, key=lambda name: (len([*self.above(name)]), name))

    def common_to(self, user: User) -> set[str]:
        """The common counts out of which its figures count, or those of others that share a count with them."""
        own = {name for name in self.users[user].values() if not is_common(name)}
        linked = (parts.values() for parts in self.users_of(own).values())
        names = {name for some in (self.users[user].values(), *linked) for name in some}
        return {one for name in names for one in self.above(name) if is_common(one)}

    def users_of(self, names: Set[str]) -> dict[User, dict[Part, str]]:
        """The metrics and items that count one of these, with the names of all that they count."""
        return {user: parts for user, parts in self.users.items() if not names.isdisjoint(parts.values())}

    def with_parts(self, names: Set[str]) -> set[str]:
        """These, and all that their figures count besides: who of the base does not count."""
        parts = {name for counts in self.users_of(names).values() for name in counts.values()}
        return {*names, *(name for name in parts if not is_common(name))}

    def parts_of_wholes(self) -> Iterator[tuple[str, tuple[str, ...], bool]]:
        """What is part of what: a whole, its parts that are apart or one other, and whether they are all of it."""
        apart: dict[str, list[str]] = defaultdict(list)
        for name, whole in sorted(self.wholes.items()):
            declared = count_of(name)
            if declared and declared.is_apart:
                apart[whole].append(name)
            elif whole in self.values:
                yield whole, (name,), False
        for whole, names in apart.items():
            declared = count_of(whole)
            if whole in self.values:
                yield whole, tuple(names), bool(declared and declared.is_whole)

    def linked(self) -> list[set[str]]:
        """The counts that are not common, in sets between which only common counts stand."""
        links = [set(parts.values()) for parts in self.users.values()]
        links += [{whole, *parts} for whole, parts, _ in self.parts_of_wholes()]
        found: list[set[str]] = []
        for link in links:
            own = {name for name in link if not is_common(name)}
            touched = [one for one in found if one & own]
            found = [one for one in found if not one & own]
            if own:
                found.append(own.union(*touched))
        return found


def is_common(name: str) -> bool:
    """True for a declared count that is taken as known by whatever is counted out of it."""
    declared = count_of(name)
    return declared is not None and declared.is_common


def counted(there: Sequence[Figure], absent: Iterable[Figure], names: Names) -> Counted:
    """The counts of the figures that are there, and the places of those that are not available.

    Metrics that share a name and yet differ at a place do not count the same there (a file did not say): each then has
    a count of its own, which is part of the common one.
    """
    found, odd = Counted(), _differing(there, names)
    for figure in there:
        for part, value in figure.values.items():
            found.values[_use(found, figure, part, names, odd)][figure.place] = value
    for figure in absent:
        for part in figure.values:
            name = _use(found, figure, part, names, odd)
            if figure.place not in found.values.get(name, {}):
                found.absent[name].add(figure.place)
    found.count_terms()
    return found


def _use(found: Counted, figure: Figure, part: Part, names: Names, odd: Set[tuple[str, User]]) -> str:
    """The name of a count of the figure, noted with what it is part of."""
    user = (figure.metric_id, figure.item_code)
    name, whole = names.name(user, part), names.whole(user, part)
    if (name, user) in odd:
        name, whole = f"{name} of {' '.join(user)}", name if is_common(name) else whole
    found.users[user][part] = name
    if whole:
        found.wholes[name] = whole
    if (any_of := names.sum_of_any(user, part))[0]:
        found.sums_of_any[name] = any_of
    if term := names.term(user, part):
        found.added[term[0]][term[1]][name] = term[2]
    return name


def _differing(figures: Sequence[Figure], names: Names) -> set[tuple[str, User]]:
    """The names that do not hold for all who use them, with those for whom they do not."""
    seen: dict[tuple[str, Place], dict[User, float]] = defaultdict(dict)
    for figure in figures:
        user = (figure.metric_id, figure.item_code)
        for part, value in figure.values.items():
            seen[names.name(user, part), figure.place][user] = round(value, 6)  # hours may be added in another order
    odd = set[tuple[str, User]]()
    for (name, _), values in seen.items():
        kept = max(values.values()) if is_common(name) else None
        if len(set(values.values())) > 1:
            odd |= {(name, user) for user, value in values.items() if value != kept}
    return odd


def splits(parts: Mapping[Part, str]) -> tuple[str, str, str] | None:
    """The names of a base and of the two parts that add up to it, where figures count both."""
    return (parts[BASE], parts[NUMERATOR], parts[COMPLEMENT]) if COMPLEMENT in parts else None


def is_of_people(name: str) -> bool:
    """False for sums of PAs or hours, and for what is declared to be no count of people."""
    declared = count_of(name)
    return declared.is_of_people if declared else not name.endswith((f" {SUM}", f" {SUM_OF_BASE}"))
