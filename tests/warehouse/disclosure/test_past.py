"""Two publications laid beside each other: 100 pairs of releases, and what each part of the test asks."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from schemas.tables import TABLES
from tests.lib.figures import figures_of, metric
from tests.lib.text_tables import lines, shown
from warehouse.build.build import update_history
from warehouse.db.exports import write_parquet
from warehouse.disclosure.control import protect
from warehouse.ledger.history import ReleaseHistory
from warehouse.release.write import write_stated

THRESHOLD = 11
SHARE = metric(breakdowns=("contract_type",))
People = dict[str, tuple[str, int]]  # person -> group, and whether they count


def text_of(people: People, organisation: str = "ZZ1", period: str = "2026-09-01 2026-09-30") -> str:
    heading = "metric_id person_key contract_type_code numerator organisation_code period_start period_end\n"
    return heading + "\n".join(
        f"M1 {person} {group} {counts} {organisation} {period}" for person, (group, counts) in people.items()
    )


@dataclass
class Past:
    """A database, and the releases that were made of it so far, as files like those of a home."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    releases: list[dict[str, object]] = field(default_factory=list)

    def release(self, release_id: str) -> dict[tuple[str, str], tuple]:
        """Approve what stands in print; gives its figures by organisation and category."""
        at = datetime(2026, 1, 1) - timedelta(days=len(self.releases))  # the clock goes back: the number counts
        words = ("decision_code", "decided_by", "content_hash", "rule_version", "code_version", "headline")
        row = {"release_id": release_id, "release_number": len(self.releases) + 1, "made_at": at, "released_at": at}
        self.releases.append({**row, **dict.fromkeys(words, "x")})
        file = self.folder / release_id / "parquet" / "metric_value.parquet"
        file.parent.mkdir(parents=True)
        write_parquet(self.connection, file, TABLES["marts.metric_value"])
        write_stated(self.connection, self.folder / f"{release_id}.parquet")
        ids = [str(one["release_id"]) for one in self.releases]
        files = {one: self.folder / one / "parquet" / "metric_value.parquet" for one in ids}
        stated = {one: self.folder / f"{one}.parquet" for one in ids}
        update_history(self.connection, ReleaseHistory(tuple(self.releases), files=files, stated=stated))
        columns = "organisation_code, category, numerator, denominator, status"
        rows = self.connection.execute(f"SELECT {columns} FROM marts.metric_value").fetchall()
        return {(organisation, category): tuple(rest) for organisation, category, *rest in rows}


@pytest.fixture
def past(built: duckdb.DuckDBPyConnection, tmp_path: Path) -> Past:
    """The database without any earlier release."""
    update_history(built, ReleaseHistory())
    return Past(built, tmp_path)


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


SIXTY: People = {f"p{n}": ("a", n % 2) for n in range(60)}


def grown(by: int) -> People:
    return SIXTY | {f"q{n}": ("a", n % 2) for n in range(by)}


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
    figures_of(past.connection, text_of(grown(11)), [plain])
    assert stand(past) == "71 shown -"


def test_a_change_that_comes_near_any_earlier_release_is_kept_back_too(past) -> None:
    """60, then 80, then 63: far from what is in print now, near to what was before."""
    for release_id, by, expected in (
        ("r1", 0, "60 shown -"),
        ("r2", 20, "80 shown -"),
        ("r3", 3, "80 not_restated r2"),
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
    few: People = {
        f"{g}{n}": (g, n % 2) for g, size in {"a": 40, "b": 40, "c": 30, "d": 15}.items() for n in range(size)
    }
    figures_of(past.connection, text_of(few), [SHARE])
    first = shown(past.connection, "SELECT category, status FROM marts.metric_value")
    past.release("r1")
    figures_of(past.connection, text_of(few), [SHARE])
    assert shown(past.connection, "SELECT category, status FROM marts.metric_value") == first
    assert "suppressed" in first and "shown" in first


YEARS = ("2025-07-01 2026-06-30", "2025-10-01 2026-09-30")


@pytest.mark.parametrize(("more", "earlier"), [(5, "suppressed"), (11, "shown"), (0, "shown")])
def test_of_two_overlapping_years_one_shows_unless_enough_people_differ(past, more: int, earlier: str) -> None:
    first, second = text_of(SIXTY, "ZZ1", YEARS[0]), text_of(grown(more), "ZZ1", YEARS[1])
    figures_of(past.connection, first + "\n" + second.partition("\n")[2], [metric(breakdowns=())])
    assert shown(past.connection, "SELECT period_end, status FROM marts.metric_value") == lines(
        f"2026-06-30 {earlier}\n 2026-09-30 shown"
    )


def test_months_that_do_not_overlap_are_not_compared(past) -> None:
    months = ("2026-08-01 2026-08-31", "2026-09-01 2026-09-30")
    text = text_of(SIXTY, "ZZ1", months[0]) + "\n" + text_of(grown(5), "ZZ1", months[1]).partition("\n")[2]
    figures_of(past.connection, text, [metric(breakdowns=())])
    assert shown(past.connection, "SELECT status FROM marts.metric_value") == "shown\nshown"


def test_an_approver_may_except_a_family(past) -> None:
    figures_of(past.connection, text_of(SIXTY), [metric(breakdowns=())])
    past.release("r1")
    figures_of(past.connection, text_of(grown(6)), [metric(breakdowns=())])
    protect(past.connection, {("M1", "ZZ1", date(2026, 9, 30))})
    assert stand(past) == "66 shown -"


def test_a_group_that_was_hidden_with_others_stays_hidden_where_few_changed_beside_it(past) -> None:
    """One group is hidden to protect c; the other grows by 24: to show the first now would give c away."""
    groups = {"a": 60, "b": 60, "c": 7}
    before: People = {f"{g}{n}": (g, n % 2) for g, size in groups.items() for n in range(size)}
    figures_of(past.connection, text_of(before), [SHARE])
    first = {category: row for (_, category), row in past.release("r1").items()}
    grown_, partner = ("a", "b") if first["b"][1] is None else ("b", "a")
    assert first[partner][1] is None and first["c"][1] is None and first["all"][1] == 127
    figures_of(past.connection, text_of(before | {f"new{n}": (grown_, n % 2) for n in range(24)}), [SHARE])
    second = {category: row for (_, category), row in past.release("r2").items()}
    assert (second[grown_][1], second["all"][1]) == (84, 151)
    assert second[partner][1] is None and second["c"][1] is None
