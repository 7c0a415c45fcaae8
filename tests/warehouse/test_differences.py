"""Two publications laid beside each other: 100 pairs of releases, and what each part of the test asks."""

from __future__ import annotations

import random
from collections import Counter

import duckdb
import pytest

from tests.warehouse.conftest import figures_of, lines, shown
from tests.warehouse.test_figures import metric
from warehouse.differences import Statement, near_figures, people_between

THRESHOLD = 11
ALL, A, B, C = (("", "x", name) for name in ("all", "a", "b", "c"))
SUMS = [(ALL, (A, B, C))]
SHARE = metric(breakdowns=("contract_type",))
People = dict[str, tuple[str, int]]  # person -> group, and whether they count


def statement(shown_: set, **groups: dict[int, int]) -> Statement:
    """A family of three groups and their total, by how many people add what."""
    added = {key: {(value,): n for value, n in groups[key[2]].items()} for key in (A, B, C)}
    total: Counter[tuple] = Counter()
    for contributions in added.values():
        total.update(contributions)
    return Statement({**added, ALL: total}, frozenset(shown_))


def test_one_who_changed_is_one_person_and_not_two() -> None:
    assert people_between({(1,): 1, (0,): -1}) == 1
    assert people_between({(1,): 3, (0,): -1}) == 3
    assert people_between({(1,): 0}) == 0


def test_a_figure_that_changed_by_few_is_near_and_one_that_changed_by_many_or_none_is_not() -> None:
    then = statement({A, B, C}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({A, B, C}, a={1: 30}, b={1: 31}, c={1: 20})
    assert near_figures(now, then, [], THRESHOLD) == {A}


def test_few_changes_in_a_hidden_group_are_found_in_what_is_left_of_the_total() -> None:
    """A changed by 12 and C, which is hidden, by 3: the total less A and B tells of the 3."""
    then = statement({ALL, A, B}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({ALL, A, B}, a={1: 32}, b={1: 20}, c={1: 23})
    assert near_figures(now, then, [], THRESHOLD) == set()
    assert near_figures(now, then, SUMS, THRESHOLD) == {B}


def test_what_is_shown_in_one_of_the_two_alone_cannot_be_compared() -> None:
    then = statement({ALL}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({A, B, C}, a={1: 22}, b={1: 20}, c={1: 20})
    assert near_figures(now, then, SUMS, THRESHOLD) == set()


def text_of(people: People, period: str = "") -> str:
    heading = "metric_id person_key contract_type_code numerator" + (" period_start period_end" if period else "")
    return (
        heading
        + "\n"
        + "\n".join(f"M1 {person} {group} {counts} {period}" for person, (group, counts) in people.items())
    )


def release(built: duckdb.DuckDBPyConnection, release_id: str) -> dict[str, tuple]:
    """What stands in print, kept as what a release said; the figures of it by category."""
    built.execute(
        f"INSERT INTO audit.released_figure BY NAME SELECT '{release_id}' AS release_id, * FROM marts.metric_value"
    )
    built.execute(
        f"INSERT INTO audit.stated_contribution BY NAME SELECT '{release_id}' AS release_id, * FROM"
        " core.figure_contribution WHERE metric_id NOT IN (SELECT metric_id FROM core.family_standing)"
        " AND metric_id NOT IN (SELECT metric_id FROM core.same_family)"
    )
    built.execute(
        "INSERT INTO audit.release BY NAME SELECT $1 AS release_id, $2::TIMESTAMP AS made_at, made_at AS released_at,"
        " 'approved' AS decision_code, '' AS decided_by, '' AS content_hash, '' AS rule_version, '' AS code_version,"
        " '' AS headline",
        [release_id, f"2026-01-01 00:00:{release_id[1:]}"],
    )
    rows = built.execute("SELECT category, numerator, denominator, status FROM marts.metric_value").fetchall()
    return {category: tuple(rest) for category, *rest in rows}


@pytest.fixture
def past(built: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The database without any earlier release."""
    for table in ("audit.released_figure", "audit.stated_contribution", "audit.release"):
        built.execute(f"DELETE FROM {table}")
    return built


def people(rng: random.Random) -> People:
    sizes = {group: rng.randint(1, 45) for group in "abcd"}
    return {f"{group}{n}": (group, int(rng.random() < 0.5)) for group, size in sizes.items() for n in range(size)}


def changed(rng: random.Random, before: People, count: int) -> People:
    """The same people after `count` of them left, joined, moved to another group or changed their answer."""
    after = dict(before)
    for n, person in enumerate(rng.sample(sorted(before), count)):
        group, counts = before[person]
        what = rng.choice(("leave", "join", "move", "answer"))
        if what == "leave":
            del after[person]
        elif what == "join":
            after[f"new{n}"] = (rng.choice("abcd"), int(rng.random() < 0.5))
        elif what == "move":
            after[person] = (rng.choice([other for other in "abcd" if other != group]), counts)
        else:
            after[person] = (group, 1 - counts)
    return after


def differing(before: People, after: People, group: str) -> int:
    """How many people differ in a group, several, or `all`, counted one by one: independent of the code under test."""

    def of(whom: People) -> set[tuple[str, int]]:
        return {(person, counts) for person, (g, counts) in whom.items() if group == "all" or g in group}

    gone, come = of(before) - of(after), of(after) - of(before)
    return len({person for person, _ in gone | come})


@pytest.mark.parametrize("seed", range(100))
def test_no_figure_in_print_differs_from_an_earlier_one_by_fewer_people_than_the_threshold(past, seed: int) -> None:
    rng = random.Random(seed)
    before = people(rng)
    after = changed(rng, before, min(rng.randint(1, 5), len(before)))
    figures_of(past, text_of(before), [SHARE])
    first = release(past, "r1")
    figures_of(past, text_of(after), [SHARE])
    second = release(past, "r2")
    for category, (numerator, base, status) in second.items():
        old = first.get(category, (None, None, ""))
        if base is None or old[1] is None or (numerator, base) == old[:2]:
            continue
        assert differing(before, after, category) >= THRESHOLD, (category, status)
    both = {key for key, row in second.items() if row[1] is not None and first.get(key, (None, None))[1] is not None}
    if "all" in both:
        rest = [_rest(of, both) for of in (first, second)]
        hidden = "".join(sorted(set("abcd") - both))
        assert rest[0] == rest[1] or differing(before, after, hidden) >= THRESHOLD


def _rest(of: dict[str, tuple], both: set[str]) -> tuple[float, float]:
    """Numerator and base of the total less the groups that are in print both times."""
    parts = [of[key] for key in both if key != "all"]
    return of["all"][0] - sum(p[0] for p in parts), of["all"][1] - sum(p[1] for p in parts)


def test_the_pairs_would_fail_without_the_look_at_earlier_releases(past) -> None:
    """Without an earlier release on record the changed figures are stated anew: the pairs above can fail."""
    rng = random.Random(1)
    before = people(rng)
    figures_of(past, text_of(before), [SHARE])
    first = shown(past, "SELECT category, numerator, denominator FROM marts.metric_value WHERE value IS NOT NULL")
    figures_of(past, text_of(changed(rng, before, 3)), [SHARE])
    assert (
        shown(past, "SELECT category, numerator, denominator FROM marts.metric_value WHERE value IS NOT NULL") != first
    )


SIXTY: People = {f"p{n}": ("a", n % 2) for n in range(60)}


def grown(by: int) -> People:
    return SIXTY | {f"q{n}": ("a", n % 2) for n in range(by)}


def stand(past: duckdb.DuckDBPyConnection) -> str:
    columns = "denominator, status, coalesce(standing_release_id, '-')"
    return shown(past, f"SELECT {columns} FROM marts.metric_value WHERE breakdown = 'all'")


def test_a_family_stays_as_released_until_enough_people_changed(past) -> None:
    plain = metric()
    figures_of(past, text_of(SIXTY), [plain])
    release(past, "r1")
    figures_of(past, text_of(grown(6)), [plain])
    assert stand(past) == "60 not_restated r1"
    release(past, "r2")
    figures_of(past, text_of(grown(10)), [plain])
    assert stand(past) == "60 not_restated r1"  # against what stands in print, not against the last build
    figures_of(past, text_of(grown(11)), [plain])
    assert stand(past) == "71 shown -"


def test_a_change_that_comes_near_any_earlier_release_is_kept_back_too(past) -> None:
    """60, then 80, then 63: far from what is in print now, near to what was before."""
    for release_id, by, expected in (
        ("r1", 0, "60 shown -"),
        ("r2", 20, "80 shown -"),
        ("r3", 3, "80 not_restated r2"),
    ):
        figures_of(past, text_of(grown(by)), [metric()])
        assert stand(past) == expected
        release(past, release_id)
    figures_of(past, text_of(SIXTY), [metric()])
    assert stand(past) == "60 shown -"  # exactly what r1 said tells nothing new


def test_people_who_are_replaced_by_others_who_add_the_same_change_nothing(past) -> None:
    figures_of(past, text_of(SIXTY), [metric()])
    release(past, "r1")
    figures_of(past, text_of({f"other{person}": what for person, what in SIXTY.items()}), [metric()])
    assert stand(past) == "60 shown -"


def test_what_was_hidden_with_others_stays_hidden_when_nothing_changed(past) -> None:
    few: People = {
        f"{g}{n}": (g, n % 2) for g, size in {"a": 40, "b": 40, "c": 30, "d": 15}.items() for n in range(size)
    }
    figures_of(past, text_of(few), [SHARE])
    first = shown(past, "SELECT category, status FROM marts.metric_value")
    release(past, "r1")
    figures_of(past, text_of(few), [SHARE])
    assert shown(past, "SELECT category, status FROM marts.metric_value") == first
    assert "suppressed" in first and "shown" in first


YEARS = ("2025-07-01 2026-06-30", "2025-10-01 2026-09-30")


@pytest.mark.parametrize(("more", "earlier"), [(5, "suppressed"), (11, "shown"), (0, "shown")])
def test_of_two_overlapping_years_one_shows_unless_enough_people_differ(past, more: int, earlier: str) -> None:
    first, second = text_of(SIXTY, YEARS[0]), text_of(grown(more), YEARS[1])
    figures_of(past, first + "\n" + second.partition("\n")[2], [metric(breakdowns=())])
    assert shown(past, "SELECT period_end, status FROM marts.metric_value") == lines(
        f"2026-06-30 {earlier}\n 2026-09-30 shown"
    )


def test_months_that_do_not_overlap_are_not_compared(past) -> None:
    months = ("2026-08-01 2026-08-31", "2026-09-01 2026-09-30")
    text = text_of(SIXTY, months[0]) + "\n" + text_of(grown(5), months[1]).partition("\n")[2]
    figures_of(past, text, [metric(breakdowns=())])
    assert shown(past, "SELECT status FROM marts.metric_value") == "shown\nshown"


def test_an_approver_may_except_a_family(past) -> None:
    from datetime import date

    from warehouse.disclosure import protect

    figures_of(past, text_of(SIXTY), [metric(breakdowns=())])
    release(past, "r1")
    figures_of(past, text_of(grown(6)), [metric(breakdowns=())])
    protect(past, {("M1", "ZZ1", date(2026, 9, 30))})
    assert stand(past) == "66 shown -"


def test_a_group_that_was_hidden_with_others_stays_hidden_where_few_changed_beside_it(past) -> None:
    """Group a grew by 24; b was hidden to protect c, and neither changed: to show b now would give c away."""
    groups = {"a": 60, "b": 14, "c": 7}
    before: People = {f"{g}{n}": (g, n % 2) for g, size in groups.items() for n in range(size * 2)}
    few: People = {person: what for person, what in before.items() if what[0] != "c" or int(person[1:]) < 7}
    figures_of(past, text_of(few), [SHARE])
    first = release(past, "r1")
    assert first["b"][1] is None and first["c"][1] is None and first["all"][1] is not None
    figures_of(past, text_of(few | {f"new{n}": ("a", n % 2) for n in range(24)}), [SHARE])
    second = release(past, "r2")
    assert (second["a"][1], second["all"][1]) == (144, first["all"][1] + 24)
    assert second["b"][1] is None and second["c"][1] is None
