"""A corrected layout, mapping or list reaches what is already loaded, and the figures follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from flows.monthly.as_known import write_as_known
from flows.monthly.by_hand import confirm
from flows.monthly.ingest import Outcome
from flows.monthly.run import backfill, exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from schemas.layouts import BY_MAPPING
from schemas.submissions import State
from schemas.tables import DATASETS
from tests.lib.reading import MEDIAN, RIGHT, WRONG, add_codelist, add_values, asked, declare, plans, released, states
from tests.lib.walk import NOW, Put, Run
from warehouse.ledger.audit import verify
from warehouse.ledger.history import submissions_on
from warehouse.ledger.store import Ledger


def test_backfill_alone_brings_core_and_the_release_up_to_date(settings: Settings, put: Put, run: Run) -> None:
    declare(settings, WRONG)
    put("ZZ1/2026-09/plans.csv", plans())
    run()
    assert asked(settings.analyst_file, MEDIAN) == [(9,)]
    declare(settings, RIGHT)
    with exclusive_ledger(settings) as ledger:
        steps = plain_steps(settings, ledger)
        backfill(settings, ledger, steps, "2026-09", "2026-09", NOW + timedelta(days=1))
    assert asked(settings.analyst_file, MEDIAN) == [(3,)]
    assert released(settings) == 3


def codes(settings: Settings, outcome: Outcome) -> list[str]:
    with Ledger(settings.ledger, "tester") as ledger:
        return [finding["code"] for finding in ledger.findings(outcome.submission_id)]


@pytest.fixture
def wrongly_read(settings: Settings, put: Put, run: Run) -> Settings:
    """A home whose figure is wrong, as two columns of the layout are exchanged."""
    declare(settings, WRONG)
    put("ZZ1/2026-09/plans.csv", plans())
    run()
    assert (asked(settings.analyst_file, MEDIAN), released(settings)) == ([(9,)], 9)
    return settings


def test_a_corrected_layout_reaches_the_figures_in_the_next_run(wrongly_read: Settings, run: Run) -> None:
    declare(wrongly_read, RIGHT)
    month = run()
    (outcome,) = month.outcomes
    assert (outcome.state, outcome.is_taken) == (State.LOADED, True)
    assert month.sentences == (
        f"Submission {outcome.submission_id} was read again, since the layout job_plan/plans changed:"
        " 60 rows were taken before, 60 now.",
    )
    assert (asked(wrongly_read.analyst_file, MEDIAN), released(wrongly_read)) == ([(3,)], 3)
    assert run().outcomes == ()


def test_a_comment_or_another_layout_reads_nothing_again(wrongly_read: Settings, run: Run) -> None:
    declare(wrongly_read, f"# checked by the officer\n{WRONG}")
    other = wrongly_read.config / "layouts" / "population" / "counts.toml"
    other.write_text(other.read_text(encoding="utf-8").replace("Who", "Whom"), encoding="utf-8")
    assert run().outcomes == ()


@pytest.mark.parametrize("corrected", [lambda home, _: add_values(home), add_codelist])
def test_words_that_are_known_later_bring_the_rows_that_they_refused(
    settings: Settings, put: Put, run: Run, tmp_path: Path, corrected: Callable[[Settings, Path], str]
) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/plans.csv", plans("Signed off", "Signed off", "Agreed by all"))
    (first,) = run().outcomes
    assert (first.counts.accepted, first.counts.rejected) == (40, 20)
    changed = corrected(settings, tmp_path)
    month = run()
    assert [(one.counts.accepted, one.counts.rejected) for one in month.outcomes] == [(60, 0)]
    assert f"since {changed} changed: 40 rows were taken before, 60 now" in month.sentences[0]
    assert asked(settings.analyst_file, "SELECT count(*) FROM core.fct_job_plan WHERE is_signed_off") == [(60,)]
    assert released(settings) == 3


@pytest.mark.parametrize(
    ("layout", "state"),
    [
        (RIGHT.replace('State = "', 'Status = "'), "rejected"),  # a heading that the file lacks
        (RIGHT + '[[noise]]\ncolumn = "What"\nequals = ["Research"]\n', "held"),  # two thirds of the rows
    ],
)
def test_where_a_change_would_cost_what_is_loaded_its_rows_stay_and_it_is_told_once(
    wrongly_read: Settings, run: Run, layout: str, state: str
) -> None:
    declare(wrongly_read, layout)
    month = run()
    (outcome,) = month.outcomes
    assert (outcome.state, outcome.is_kept, outcome.counts.accepted) == (State.LOADED, True, 60)
    assert (month.refused, codes(wrongly_read, outcome)[0]) == ((outcome,), "W036")
    assert f"not taken as it is read now ({state}" in outcome.sentences[0]
    assert f"`research-culture withdraw {outcome.submission_id}`" in outcome.sentences[0]
    assert (states(wrongly_read), released(wrongly_read)) == ({"plans.csv": State.LOADED}, 9)
    assert run().outcomes == ()
    declare(wrongly_read, RIGHT)
    assert [one.is_taken for one in run().outcomes] == [True]
    assert released(wrongly_read) == 3


def test_what_would_be_held_when_read_again_is_loaded_once_it_is_confirmed(wrongly_read: Settings, run: Run) -> None:
    declare(wrongly_read, RIGHT + '[[noise]]\ncolumn = "What"\nequals = ["DCC"]\n')
    (kept,) = run().outcomes
    assert f"`research-culture ingest --confirm {kept.submission_id}`" in kept.sentences[1]
    with exclusive_ledger(wrongly_read) as ledger:
        month = confirm(wrongly_read, ledger, kept.submission_id, NOW + timedelta(days=1))
    assert [(one.state, one.counts.accepted) for one in month.outcomes] == [(State.LOADED, 40)]
    run()
    assert asked(wrongly_read.analyst_file, "SELECT count(*) FROM core.fct_job_plan") == [(40,)]


def test_two_loaded_files_that_a_layout_now_reads_as_one_stay_two(settings: Settings, put: Put, run: Run) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/plans.csv", plans())
    put("ZZ1/2026-09/nurses/plans.csv", plans(people=30))
    run()
    declare(settings, RIGHT.replace("[columns]", 'source = "nurses"\n[columns]'))
    (kept, taken) = run().outcomes
    assert (kept.is_kept, taken.is_taken) == (True, True)
    assert codes(settings, kept)[:2] == ["W036", "F040"]
    assert list(states(settings).values()) == [State.LOADED]  # of one name, both
    with Ledger(settings.ledger, "tester") as ledger:
        assert [one.slot.source for one in ledger.loaded() if one.slot] == ["plans", "nurses"]


def test_what_was_known_on_a_day_stays_known_and_the_record_whole(
    wrongly_read: Settings, run: Run, tmp_path: Path
) -> None:
    """By today's rules, of what had come by then: so the page says. The release of that day keeps its figure."""
    with Ledger(wrongly_read.ledger, "tester") as ledger:
        (before,) = ledger.loaded()
        known = submissions_on(ledger, NOW + timedelta(hours=1))
    declare(wrongly_read, RIGHT)
    with exclusive_ledger(wrongly_read) as ledger:
        later = NOW + timedelta(days=10)
        monthly(wrongly_read, ledger, plain_steps(wrongly_read, ledger), later)
        (after,) = ledger.loaded()
        assert (after.accepted_at, after.state_at) == (before.accepted_at, later)
        assert [(s.state, s.counts.accepted) for s in submissions_on(ledger, NOW + timedelta(hours=1))] == [
            (s.state, s.counts.accepted) for s in known
        ]
        (day, file) = f"{NOW:%Y-%m-%d}", tmp_path / "known.duckdb"
        write_as_known(wrongly_read, ledger, day, file, later)
    history = "SELECT value FROM core.metric_history WHERE metric_id = 'job_plan_research_pas_median'"
    assert asked(file, MEDIAN) == [(3,)]  # by today's rules
    assert asked(file, history) == [(9,)]  # as it was released
    assert sorted(asked(wrongly_read.analyst_file, history)) == [(3,), (9,)]
    assert verify(wrongly_read.ledger, [], wrongly_read.released / "current.json") is None


def test_a_file_that_has_gone_from_landing_keeps_its_rows_when_a_layout_changes(
    wrongly_read: Settings, run: Run
) -> None:
    (landed,) = wrongly_read.landing.iterdir()
    landed.chmod(0o600)
    landed.write_text("damaged")
    declare(wrongly_read, RIGHT)
    (outcome,) = run().outcomes
    assert (outcome.is_kept, "is not as it was sent" in outcome.sentences[0]) == (True, True)
    assert released(wrongly_read) == 9


def send_mapping(put: Put, mapping: Path, values: str, **fields: str) -> None:
    """Fill in the mapping workbook that came back with a refused file, as an officer does, and send it."""
    offered = CalamineWorkbook.from_path(mapping)
    sheets = {name: offered.get_sheet_by_name(name).to_python() for name in offered.sheet_names}
    titles = {heading: DATASETS["job_plan"].field(field).title for heading, field in fields.items()}
    for line in sheets["Mapping"][1:]:
        line[1:3] = [titles[str(line[0])], "keep"]
    sheets["Values"] += [[values, "Plan state: Signed off"]] if values else []
    with xlsxwriter.Workbook(mapping.with_name("filled.xlsx")) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                sheet.write_row(row, 0, line)
    put("mapping.xlsx", mapping.with_name("filled.xlsx").read_bytes())


def test_a_mapping_that_is_corrected_and_sent_again_reaches_what_it_loaded(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/job_plan/2026-09/plans.csv", plans("Signed off", "Agreed by all"))
    (refused,) = run().outcomes
    mapping = (settings.home / refused.workbook).with_name("mapping.xlsx")
    known = {
        "Plan": "plan_id",
        "Line": "line_number",
        "Person": "employee_number",
        "State": "plan_state_code",
        "What": "activity_category_code",
    }
    send_mapping(put, mapping, "", **known, Weekly="planned_hours", Extra="planned_pas")
    assert [(one.dataset, one.counts.accepted) for one in run().outcomes] == [("mapping", 0), ("job_plan", 30)]
    total = "SELECT sum(total_pas), count(*) FROM core.fct_job_plan"
    assert asked(settings.analyst_file, total) == [(270, 30)]
    send_mapping(put, mapping, "", **known, Weekly="planned_pas", Extra="planned_hours")  # exchanged back
    assert [(one.dataset, one.counts.accepted) for one in run().outcomes] == [("mapping", 0), ("job_plan", 30)]
    assert asked(settings.analyst_file, total) == [(90, 30)]
    send_mapping(put, mapping, "Agreed by all", **known, Weekly="planned_pas", Extra="planned_hours")
    month = run()
    assert [(one.dataset, one.counts.accepted) for one in month.outcomes] == [("mapping", 0), ("job_plan", 60)]
    assert "30 rows were taken before, 60 now" in month.sentences[0]
    assert (asked(settings.analyst_file, MEDIAN), released(settings)) == ([(3,)], 3)


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_mapping_of_another_name_reads_what_the_layout_before_it_has_read(
    wrongly_read: Settings, run: Run, is_removed: bool
) -> None:
    if is_removed:  # as a mapping is in whose place another comes; ours stays beside it
        (wrongly_read.config / "layouts" / "job_plan" / "plans.toml").unlink()
    other = RIGHT.replace('"plans"', '"other"').replace("made for this test", BY_MAPPING)
    declare(wrongly_read, other.replace("[columns]", 'source = "plans"\n[columns]'), "other")
    month = run()
    assert [(one.is_taken, one.source) for one in month.outcomes] == [(True, "plans")]
    assert f"the layout job_plan/{'plans' if is_removed else 'other'}" in month.sentences[0]
    assert released(wrongly_read) == 3
    assert run().outcomes == ()


def test_where_a_second_layout_fits_too_what_is_loaded_stays_and_says_so(wrongly_read: Settings, run: Run) -> None:
    declare(wrongly_read, RIGHT.replace('"plans"', '"other"'), "other")
    (kept,) = run().outcomes
    assert (kept.is_kept, codes(wrongly_read, kept)) == (True, ["W036", "F015"])
    assert released(wrongly_read) == 9
