"""A build by parts gives what a build from nothing gives, whatever came and in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.metrics import load_metrics
from schemas.rulebook import Rulebook
from schemas.tables import CORE, DECIDED, MARTS, REFERENCE, STEPS, TABLES
from tests.lib.made_up import DATASETS, ORGANISATIONS, sheets
from tests.lib.month import LONGER, RULES, Month, release, rules_with, with_pa_hours
from warehouse.build.parts import PartTables
from warehouse.db import queries
from warehouse.db.content import content_hash

EVERYTHING = (*CORE, *STEPS, *DECIDED, *MARTS, *REFERENCE)
PARTED = [
    name
    for name in (*CORE, *STEPS, *MARTS)
    if "organisation_code" in TABLES[name].partition and name != "marts.metric_value"  # disclosure control makes it
]


def send(month: Month, dataset: str, organisation: str, which: int, seed: int, source: str = "one") -> None:
    """Send made-up rows in place of what was sent for the same slot."""
    submission = f"{dataset}-{organisation}-{which}-{source}"
    if submission in {one.submission_id for one in month.submissions}:
        month.withdraw(submission)
    month.send(submission, organisation, which, source, **sheets(dataset, seed))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, PartTables]]:
    """A work database of all datasets, three organisations and two months, and its tables in parts."""
    month = Month(tmp_path_factory.mktemp("home"), metrics=load_metrics())
    slots = [
        (dataset, organisation, which) for dataset in DATASETS for organisation in ORGANISATIONS for which in (9, 10)
    ]
    for seed, slot in enumerate(slots):
        send(month, *slot, seed)
    for organisation in ORGANISATIONS:  # in October it has not come
        send(month, "research_activity", organisation, 9, 0, "two")
    with month.build() as connection:
        parts = PartTables(connection)
        units = queries.metric_units(connection, [metric.metric_id for metric in month.metrics])
        category = "core.metric_unit_category"
        views = {queries.METRIC_UNIT: units, category: queries.select_of(category)}
        parts.attach([TABLES[name] for name in (*PARTED, "marts.metric_value")], views)
        yield connection, parts


@pytest.mark.parametrize("table", PARTED)
def test_a_part_of_a_table_reads_the_same_part_of_its_inputs_alone(everything, table: str) -> None:
    """What a SELECT makes of a part's inputs is what it made of that part among all."""
    connection, tables_in_parts = everything
    contract = TABLES[table]
    columns = ", ".join(contract.partition)
    every = sorted(connection.execute(f"SELECT DISTINCT {columns} FROM {table}").fetchall())
    before = content_hash(connection, [table])
    assert len(every) > 1
    for organisation in ORGANISATIONS:
        own = [part for part in every if part[-1] == organisation]
        for parts in filter(None, (own[::2], own[1::2])):
            with tables_in_parts.kept_to(contract, frozenset(parts)):
                tables_in_parts.replace(contract, queries.select_of(table))
    assert content_hash(connection, [table]) == before


def without(dataset: str, organisation: str) -> Rulebook:
    """The rule book that says that the organisation's second source has ended."""
    declared = {"organisation_code": organisation, "dataset": dataset, "source": "two", "reason": "made up"}
    return rules_with(tables={**RULES.tables, "source_end": ({**declared, "end_date": date(2026, 9, 30)},)})


def test_a_source_that_has_ended_makes_figures_whole_though_the_organisation_sent_another_dataset(
    tmp_path: Path,
) -> None:
    month = Month(tmp_path, metrics=[m for m in load_metrics() if m.metric_id == "workforce_joined_12_months"])
    for source, which in (("one", 9), ("two", 9), ("one", 10)):
        posts = f"post_key employee_key staff_group_code start_date\n{source} {source} students 2020-01-06"
        month.send(f"{source}-{which}", "ZZ1", which, source, workforce=posts)
    missing = "SELECT DISTINCT is_source_missing FROM core.metric_figure WHERE period_end = DATE '2026-10-31'"
    with month.build() as connection:
        assert connection.execute(missing).fetchall() == [(True,)]
    month.rules = without("workforce", "ZZ1")
    counts = "population_code staff_group_code snapshot_date people_count\ninvited all 2026-10-31 40"
    month.send("invited", "ZZ1", 10, population=counts)
    with month.build() as connection:
        assert connection.execute(missing).fetchall() == [(False,)]


@st.composite
def changes(draw: st.DrawFn) -> tuple:
    """A file or its correction, mostly, or of another source; or a withdrawal, a release, another rule."""
    what = draw(st.sampled_from(("send",) * 4 + ("beside", "withdraw", "release", "rules", "ended")))
    slot = (draw(st.sampled_from(DATASETS)), draw(st.sampled_from(ORGANISATIONS)), draw(st.sampled_from((9, 10))))
    return what, slot, draw(st.integers(0, 10**6))


@settings(max_examples=4, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(DATASETS), st.sampled_from(ORGANISATIONS)), min_size=6, max_size=12, unique=True
    ),
    st.lists(changes(), min_size=3, max_size=6),
)
def test_files_corrections_and_withdrawals_in_any_order_give_what_a_rebuild_gives(first: list, then: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        month = Month(Path(folder), metrics=load_metrics()[::2])
        for seed, (dataset, organisation) in enumerate(first):
            send(month, dataset, organisation, 9, seed)
        month.build().close()
        release(month, "r0")
        for number, (what, slot, seed) in enumerate(then, 1):
            if what == "withdraw" and month.submissions:
                month.withdraw(month.submissions[seed % len(month.submissions)].submission_id)
            elif what == "release":
                release(month, f"r{number}")
            elif what == "rules":
                month.rules = with_pa_hours(LONGER) if seed % 2 else rules_with()
            elif what == "ended":
                month.rules = without(slot[0], slot[1])
                send(month, slot[0], slot[1], 9, seed)
            else:
                send(month, *slot, seed, "one" if what == "send" else "two")
            month.build().close()
        with month.build() as in_parts, month.build("anew.duckdb") as anew:
            differing = [one for one in EVERYTHING if content_hash(in_parts, [one]) != content_hash(anew, [one])]
            assert differing == []


def test_a_workforce_that_comes_later_gives_the_professions_of_people_in_other_datasets(tmp_path: Path) -> None:
    month = Month(tmp_path, metrics=[m for m in load_metrics() if m.metric_id == "research_training_people_ytd"])
    ahp = "allied_health_professionals"
    trained = f"event_key employee_key staff_group_code event_code event_date\ne1 p1 {ahp} training 2026-09-14"
    month.send("trained", "ZZ1", 9, research_activity=trained)
    found = "SELECT category FROM core.metric_figure WHERE breakdown = 'profession'"
    with month.build() as connection:
        assert connection.execute(found).fetchall() == []
    posts = f"post_key employee_key staff_group_code profession_code\np p1 {ahp} paramedic"
    month.send("posts", "ZZ1", 9, workforce=posts)
    with month.build() as connection:
        assert connection.execute(found).fetchall() == [("paramedic",)]


def test_a_recommendation_that_names_a_metric_is_of_every_part(tmp_path: Path) -> None:
    """What is to show that it has done its work tells no rows apart: sent later, all of them are built."""
    month = Month(tmp_path, metrics=load_metrics())
    send(month, "appraisal", "ZZ1", 9, 0)
    month.build().close()
    send(month, "recommendation_adoption", "ZZ1", 9, 0)
    with month.build() as in_parts, month.build("anew.duckdb") as anew:
        measured, *rest = (
            one.execute("SELECT count(*), count(measure_metric_id) FROM core.fct_adoption").fetchone()
            for one in (in_parts, anew)
        )
        assert [measured] == rest
        assert 0 < measured[1] < measured[0]
