"""marts.submission_status: the ledger's submissions in, files and rows by slot and state out."""

from datetime import UTC, date, datetime

from schemas.submissions import Counts, Period, Slot, State
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown
from warehouse.build.build import build
from warehouse.ledger.store import SenderHints, Submission


def submission(
    number: int,
    organisation: str,
    dataset: str,
    state: State,
    row_count: int,
    day: int,
    source: str = "",
    hint: str = "",
) -> Submission:
    period = Period.month_of(date(2026, 9, 1))
    slot = Slot(organisation, dataset, source or hint or "one", period) if dataset else None
    landed = datetime(2026, 10, day, 9, tzinfo=UTC)
    counts = Counts(rows_in=row_count, accepted=row_count)
    return Submission(
        f"s{number}",
        "",
        "",
        "",
        SenderHints(source=hint),
        landed,
        state,
        landed,
        slot,
        "job_plan/one",
        "",
        {},
        None,
        counts,
    )


def test_submission_status_counts_files_and_withholds_few_rows_and_rounds_the_others(month: Month) -> None:
    sent = (
        submission(1, "ZZ1", "job_plan", State.SUPERSEDED, 30, 1),
        submission(2, "ZZ1", "job_plan", State.SUPERSEDED, 31, 2),
        submission(3, "ZZ1", "job_plan", State.LOADED, 32, 3),
        submission(4, "ZZ1", "survey", State.LOADED, 10, 4),
        submission(5, "ZZ2", "survey", State.LOADED, 11, 4),
        submission(6, "ZZ2", "appraisal", State.LOADED, 0, 4),
        submission(7, "ZZ2", "job_plan", State.HELD, 50, 5),
        submission(8, "", "", State.REJECTED, 0, 6),
    )
    with month.build() as connection:
        build(connection, month.folder, (), {}, (), sent)
        columns = "organisation_code, dataset, state_code, submission_count, day(last_landed_at), row_count, status"
        found = shown(connection, f"SELECT {columns} FROM marts.submission_status")
    assert found == lines("""
        ZZ1 job_plan  superseded 2 2 -  not_available
        ZZ1 job_plan  loaded     1 3 30 shown
        ZZ1 survey    loaded     1 4 -  suppressed
        ZZ2 survey    loaded     1 4 10 shown
        ZZ2 appraisal loaded     1 4 0  shown
        ZZ2 job_plan  held       1 5 -  not_available
    """)


def test_a_source_that_no_layout_names_goes_out_as_a_number(month: Month) -> None:
    """As `SmithJ` may be a name; the words for a sender's dataset are numbered as they first came."""
    sent = (
        submission(1, "ZZ1", "job_plan", State.LOADED, 30, 1),
        submission(2, "ZZ1", "job_plan", State.SUPERSEDED, 30, 1, hint="SmithJ"),
        submission(3, "ZZ1", "job_plan", State.LOADED, 30, 2, hint="SmithJ"),
        submission(4, "ZZ1", "job_plan", State.LOADED, 30, 3, hint="nurses"),
        submission(5, "ZZ2", "job_plan", State.LOADED, 30, 4, hint="nurses"),
        submission(6, "ZZ2", "job_plan", State.LOADED, 30, 5, hint="one"),  # a layout's name, said of its folder
        submission(7, "ZZ2", "survey", State.SUPERSEDED, 30, 6, hint="two"),
        submission(8, "ZZ2", "survey", State.LOADED, 30, 7, source="two"),  # as its layout calls it too
    )
    with month.build() as connection:
        build(connection, month.folder, (), {}, (), sent)
        columns = "organisation_code, dataset, source, state_code, submission_count"
        found = shown(connection, f"SELECT {columns} FROM marts.submission_status")
        kept = connection.execute("SELECT DISTINCT source FROM audit.submission_state ORDER BY ALL").fetchall()
    assert found == lines("""
        ZZ1 job_plan one loaded     1
        ZZ1 job_plan 1   superseded 1
        ZZ1 job_plan 1   loaded     1
        ZZ1 job_plan 2   loaded     1
        ZZ2 job_plan 1   loaded     1
        ZZ2 job_plan one loaded     1
        ZZ2 survey   two superseded 1
        ZZ2 survey   two loaded     1
    """)
    assert kept == [("SmithJ",), ("nurses",), ("one",), ("two",)]  # for the analysts
