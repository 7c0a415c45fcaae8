"""Two publications laid beside each other: 100 pairs of releases, and what each part of the test asks."""

from __future__ import annotations

import random
from datetime import date

from tests.lib.figures import figures_of, metric
from tests.lib.past import SIXTY, Past, People, groups_of, grown, text_of
from tests.lib.text_tables import shown
from warehouse.disclosure.control import protect

THRESHOLD = 11
SHARE = metric(breakdowns=("contract_type",))


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


SEEDS = range(100)


def test_no_figure_in_print_differs_from_an_earlier_one_by_fewer_people_than_the_threshold(past) -> None:
    """A hundred organisations, each released twice, with 1 to 5 people changed in between."""
    before, after = {}, {}
    for seed in SEEDS:
        rng = random.Random(seed)
        before[seed] = people(rng)
        after[seed] = changed(rng, before[seed], min(rng.randint(1, 5), len(before[seed])))
    releases = []
    for release_id, state in (("r1", before), ("r2", after)):
        texts = [text_of(whom, f"ZZ{seed}") for seed, whom in state.items()]
        figures_of(past.connection, "\n".join([texts[0], *(t.partition("\n")[2] for t in texts[1:])]), [SHARE])
        releases.append(past.release(release_id))
    compared = sum(_compare(before[seed], after[seed], *(of(release, seed) for release in releases)) for seed in SEEDS)
    assert compared > 200


def of(release: dict[tuple[str, str], tuple], seed: int) -> dict[str, tuple]:
    return {category: row for (organisation, category), row in release.items() if organisation == f"ZZ{seed}"}


def _compare(before: People, after: People, first: dict[str, tuple], second: dict[str, tuple]) -> int:
    """How many figures are in print both times; each the same, or of enough people who differ."""
    both = {key for key, row in second.items() if row[1] is not None and first.get(key, (None, None))[1] is not None}
    for category in both:
        is_same = second[category][:2] == first[category][:2]
        assert is_same or differing(before, after, category) >= THRESHOLD, category
    if "all" in both:
        rest = [_rest(release, both) for release in (first, second)]
        hidden = "".join(sorted(set("abcd") - both))
        assert rest[0] == rest[1] or differing(before, after, hidden) >= THRESHOLD
    return len(both)


def _rest(of: dict[str, tuple], both: set[str]) -> tuple[float, float]:
    """Numerator and base of the total less the groups that are in print both times."""
    parts = [of[key] for key in both if key != "all"]
    return of["all"][0] - sum(p[0] for p in parts), of["all"][1] - sum(p[1] for p in parts)


def test_the_pairs_would_fail_without_the_look_at_earlier_releases(past) -> None:
    """Without an earlier release on record the changed figures are stated anew: the pairs above can fail."""
    rng = random.Random(1)
    before = people(rng)
    figures_of(past.connection, text_of(before), [SHARE])
    first = shown(
        past.connection, "SELECT category, numerator, denominator FROM marts.metric_value WHERE value IS NOT NULL"
    )
    figures_of(past.connection, text_of(changed(rng, before, 3)), [SHARE])
    assert (
        shown(
            past.connection, "SELECT category, numerator, denominator FROM marts.metric_value WHERE value IS NOT NULL"
        )
        != first
    )


def stand(past: Past) -> str:
    columns = "denominator, status, coalesce(kept_from_release_id, '-')"
    return shown(past.connection, f"SELECT {columns} FROM marts.metric_value WHERE breakdown = 'all'")


def test_a_family_stays_as_released_until_enough_people_changed(past) -> None:
    plain = metric()
    figures_of(past.connection, text_of(SIXTY), [plain])
    past.release("r1")
    figures_of(past.connection, text_of(grown(6)), [plain])
    assert stand(past) == "60 not_restated r1"
    past.release("r2")
    figures_of(past.connection, text_of(grown(10)), [plain])
    assert stand(past) == "60 not_restated r1"  # against what stands in print, not against the last build
    figures_of(past.connection, text_of(grown(21)), [plain])
    assert stand(past) == "60 not_restated r1"  # 11 more do not count, but 10 do
    figures_of(past.connection, text_of(grown(22)), [plain])
    assert stand(past) == "82 shown -"


def test_a_change_that_comes_near_any_earlier_release_is_kept_back_too(past) -> None:
    """60, then 90, then 63: far from what is in print now, near to what was before."""
    for release_id, by, expected in (
        ("r1", 0, "60 shown -"),
        ("r2", 30, "90 shown -"),
        ("r3", 3, "90 not_restated r2"),
    ):
        figures_of(past.connection, text_of(grown(by)), [metric()])
        assert stand(past) == expected
        past.release(release_id)
    figures_of(past.connection, text_of(SIXTY), [metric()])
    assert stand(past) == "60 shown -"  # exactly what r1 said tells nothing new


def test_people_who_are_replaced_by_others_who_add_the_same_change_nothing(past) -> None:
    figures_of(past.connection, text_of(SIXTY), [metric()])
    past.release("r1")
    figures_of(past.connection, text_of({f"other{person}": what for person, what in SIXTY.items()}), [metric()])
    assert stand(past) == "60 shown -"


def test_what_was_hidden_with_others_stays_hidden_when_nothing_changed(past) -> None:
    few = groups_of(a=40, b=40, c=30, d=15)
    figures_of(past.connection, text_of(few), [SHARE])
    first = shown(past.connection, "SELECT category, status FROM marts.metric_value")
    past.release("r1")
    figures_of(past.connection, text_of(few), [SHARE])
    assert shown(past.connection, "SELECT category, status FROM marts.metric_value") == first
    assert "suppressed" in first and "shown" in first


def test_an_approver_may_except_a_family(past) -> None:
    figures_of(past.connection, text_of(SIXTY), [metric(breakdowns=())])
    past.release("r1")
    figures_of(past.connection, text_of(grown(6)), [metric(breakdowns=())])
    protect(past.connection, {("M1", "ZZ1", date(2026, 9, 30))})
    assert stand(past) == "66 shown -"


def test_a_group_that_was_hidden_with_others_stays_hidden_where_few_changed_beside_it(past) -> None:
    """One group is hidden to protect c; the other grows by 24: to show the first now would give c away."""
    before = groups_of(a=60, b=60, c=7)
    figures_of(past.connection, text_of(before), [SHARE])
    first = {category: row for (_, category), row in past.release("r1").items()}
    grown_, partner = ("a", "b") if first["b"][1] is None else ("b", "a")
    assert first[partner][1] is None and first["c"][1] is None and first["all"][1] == 127
    figures_of(past.connection, text_of(before | {f"new{n}": (grown_, n % 2) for n in range(24)}), [SHARE])
    second = {category: row for (_, category), row in past.release("r2").items()}
    assert (second[grown_][1], second["all"][1]) == (84, 151)
    assert second[partner][1] is None and second["c"][1] is None


def hidden_in(past: Past, release_id: str, **sizes: int) -> set[str]:
    """The groups of those sizes, `all` among them, that the release withholds."""
    figures_of(past.connection, text_of(groups_of(**sizes)), [SHARE])
    return {category for (_, category), row in past.release(release_id).items() if row[1] is None}


def test_a_group_that_is_hidden_now_is_not_compared(past) -> None:
    """Of c 6 leave, so that it is hidden, and a for it; of the total 30 come and 6 leave, which is enough."""
    assert hidden_in(past, "r1", a=40, c=24) == set()
    assert hidden_in(past, "r2", a=70, c=18) == {"a", "c"}
    assert stand(past) == "88 shown -"


def test_a_group_that_was_hidden_for_another_cannot_be_worked_out_once_that_one_has_grown(past) -> None:
    """c had 7, hidden with another, and has 70: in print now, the total would give the other away, and that the 7."""
    hidden = hidden_in(past, "r1", a=60, b=60, c=7)
    assert len(hidden) == 2 and "c" in hidden
    assert hidden_in(past, "r2", a=60, b=60, c=70) == hidden
    rules = shown(past.connection, "SELECT DISTINCT rule FROM core.figure_decision WHERE rule <> ''")
    assert rules == "change"


def test_a_total_that_was_hidden_for_a_group_cannot_be_worked_out_once_that_one_has_grown(past) -> None:
    """Of c 23 leave, so that it is hidden with the total; then 33 come, and of a 33 leave: the total is as it was."""
    assert hidden_in(past, "r1", a=60, b=60, c=30) == set()
    assert hidden_in(past, "r2", a=60, b=60, c=7) == {"all", "c"}
    assert "all" in (found := hidden_in(past, "r3", a=27, b=60, c=40)) and len(found) > 1


def test_what_was_shown_and_has_not_changed_is_not_hidden_for_another(past) -> None:
    """c has few now: a or b would be hidden for it, but both have been in print; the total goes instead."""
    assert hidden_in(past, "r1", a=60, b=60, c=30) == set()
    assert hidden_in(past, "r2", a=60, b=60, c=7) == {"all", "c"}
