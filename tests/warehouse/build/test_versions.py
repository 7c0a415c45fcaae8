"""What has not changed is not built again; what has changed is. A stopped build leaves no false version."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

import warehouse.disclosure
from schemas.metrics import Metric, load_metrics
from schemas.tables import CORE, DECIDED, MARTS, REFERENCE, STEPS
from tests.lib.month import ANSWERS, LONGER, PA_HOURS, PLANS, Month, release, rules_with, send_september, with_pa_hours
from warehouse.build.build import _Build, build, update_history
from warehouse.build.versions import TABLE_VERSION
from warehouse.db import queries
from warehouse.db.content import content_hash
from warehouse.disclosure.control import READS

EVERYTHING = (*CORE, *STEPS, *DECIDED, *MARTS, *REFERENCE)
FIGURES = """core.metric_unit core.metric_unit_category core.figure_base core.figure_quantile core.figure_contribution
    core.metric_figure core.figure_risk marts.metric_value"""


def some_metrics() -> list[Metric]:
    """Every eighth metric of the datasets that these tests send."""
    sent = {"job_plan", "survey", "appraisal", "population"}
    return [metric for metric in load_metrics() if set(metric.datasets) <= sent][::8]


@pytest.fixture
def month(month: Month) -> Month:
    month.metrics = some_metrics()
    send_september(month)
    month.build().close()
    return month


def replaced(month: Month) -> set[str]:
    month.build().close()
    return set(month.replaced)


def test_the_first_build_makes_every_table(month: Month) -> None:
    assert set(EVERYTHING) - set(month.replaced) == set(DECIDED)  # they are made with marts.metric_value


def test_nothing_is_built_again_where_nothing_changed(month: Month) -> None:
    assert replaced(month) == set()


def test_a_submission_replaces_what_reads_its_dataset(month: Month) -> None:
    month.send(
        "q", month=10, population="population_code staff_group_code snapshot_date people_count\nx all 2026-10-31 9"
    )
    core = "core.fct_population core.source_missing core.population_group core.job_plan_scope core.survey_invited"
    assert replaced(month) == {"audit.submission", "staging.population", *core.split()}


def test_a_codelist_replaces_what_reads_it(month: Month) -> None:
    month.rules = with_pa_hours(LONGER)
    plans = "reference.pa_hours core.fct_job_plan_line core.fct_job_plan core.workforce_year core.job_plan_scope"
    plans += " core.source_missing core.research_lever"
    assert replaced(month) <= {*plans.split(), *FIGURES.split()}
    assert {*plans.split()[:3], "core.metric_unit"} <= set(month.replaced)


def test_rows_that_come_out_as_before_stop_the_walk(month: Month) -> None:
    """Hours of a programmed activity in Wales: no plan here is of Wales."""
    wales = [{**row, "hours_per_pa": 9.0} if row["nation_code"] == "wales" else row for row in PA_HOURS]
    month.rules = with_pa_hours(wales)
    assert replaced(month) == {"reference.pa_hours", "core.fct_job_plan_line"}


def test_a_select_replaces_its_own_table(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    select_of = queries.select_of
    monkeypatch.setattr(
        queries, "select_of", lambda name: f"{select_of(name)} -- x" if name == "core.dim_person" else select_of(name)
    )
    assert replaced(month) == {"core.dim_person"}


def test_a_release_replaces_the_history_and_is_weighed_in_disclosure_control(month: Month) -> None:
    release(month, "r1")
    history = "audit.release audit.released_figure audit.stated_contribution core.metric_history marts.metric_value"
    assert replaced(month) == set(history.split())
    assert month.history
    month.history = replace(month.history, excepted=frozenset({("x", "ZZ1", date(2026, 9, 30))}))
    assert replaced(month) == {"marts.metric_value"}


def test_releases_that_were_brought_up_to_date_by_themselves_leave_all_else_as_built(month: Month) -> None:
    release(month, "r1")
    with duckdb.connect(str(month.folder / "work.duckdb")) as connection:
        update_history(connection, month.history)
    assert replaced(month) == {"marts.metric_value"}


def test_a_staged_file_that_was_written_again_is_read_again(month: Month) -> None:
    month.withdraw("plans-9")
    month.send("plans-9", job_plan=PLANS + "p1 1 - emp1 signed_off dcc 5")
    with month.build() as connection:
        assert connection.execute("SELECT weekly_pas FROM core.fct_job_plan_line").fetchall() == [(5,)]


def test_a_home_that_was_copied_is_not_built_again(month: Month) -> None:
    month.folder.joinpath("staged").rename(month.folder / "elsewhere")
    with duckdb.connect(str(month.folder / "work.duckdb")) as connection:
        tables = build(connection, month.folder / "elsewhere", month.submissions, {}, month.metrics)
    assert tables == ()


def test_a_build_that_stops_claims_nothing_that_it_has_not(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored(month)
    month.rules = with_pa_hours(LONGER)
    stop_at(monkeypatch, "core.fct_job_plan_line")
    with pytest.raises(KeyboardInterrupt):
        month.build()
    monkeypatch.undo()
    month.rules = rules_with()
    assert replaced(month) == set()
    assert stored(month) == before


def stored(month: Month) -> list[tuple]:
    with duckdb.connect(str(month.folder / "work.duckdb")) as connection:
        return connection.execute(f"SELECT * FROM {TABLE_VERSION.name} ORDER BY ALL").fetchall()


def stop_at(monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    """Stop the build when the rows of the table are written."""
    bring = _Build.bring

    def stopping(self, name) -> None:
        bring(self, name)
        if name == table:
            raise KeyboardInterrupt

    monkeypatch.setattr(_Build, "bring", stopping)


def send_plans(month: Month, rng: random.Random, number: int, submission_id: str = "") -> None:
    people = [f"p{n} 1 - emp{rng.randint(1, 40)} signed_off research {n}" for n in range(1, rng.randint(2, 30))]
    sender = submission_id or f"plans-{number}"
    month.send(sender, rng.choice(("ZZ1", "ZZ2")), source=f"s{number}", job_plan=PLANS + "\n".join(people))


def send_survey(month: Month, rng: random.Random, number: int) -> None:
    people = range(1, rng.randint(2, 40))
    answers = [f"{n} rcc_org_training_resources {rng.randint(1, 7)} false" for n in people]
    respondents = "respondent_number\n" + "\n".join(map(str, people))
    month.send(f"survey-{number}", survey_response=respondents, survey_answer=ANSWERS + "\n".join(answers))


def withdraw(month: Month, rng: random.Random, number: int) -> None:
    if month.submissions:
        month.withdraw(rng.choice(month.submissions).submission_id)


def rewrite(month: Month, rng: random.Random, number: int) -> None:
    """The same submission with other rows, as after an erasure."""
    if plans := [s.submission_id for s in month.submissions if s.dataset == "job_plan"]:
        month.withdraw(plans[0])
        send_plans(month, rng, number, plans[0])


def change_rules(month: Month, rng: random.Random, number: int) -> None:
    month.rules = with_pa_hours(rng.choice((LONGER, PA_HOURS)))
    month.metrics = rng.sample(some_metrics(), 2)


CHANGES = (send_plans, send_survey, withdraw, rewrite, change_rules, lambda month, _, n: release(month, f"r{n}"))


@pytest.mark.parametrize("seed", range(2))
def test_builds_in_parts_equal_a_build_from_nothing_whatever_came(
    month: Month, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    for number in range(3):
        rng.choice(CHANGES)(month, rng, 2 * number)
        stop_at(monkeypatch, rng.choice((*CORE, *STEPS, *MARTS)))
        with suppress(KeyboardInterrupt):
            month.build().close()
        monkeypatch.undo()
        rng.choice(CHANGES)(month, rng, 2 * number + 1)
        with month.build() as in_parts, month.build(f"anew-{number}.duckdb") as anew:
            assert content_hash(in_parts, EVERYTHING) == content_hash(anew, EVERYTHING)


def test_disclosure_control_reads_nothing_that_its_version_does_not_count() -> None:
    folder = Path(warehouse.disclosure.__file__).parent
    code = [f.read_text() for f in (*folder.glob("*.py"), *folder.glob("sql/*.sql")) if not f.name.startswith("report")]
    read = {
        name for text in code for name in re.findall(r"(?:FROM|JOIN)\s+((?:core|audit|reference|marts)\.\w+)", text)
    }
    assert read - DECIDED.keys() == READS
