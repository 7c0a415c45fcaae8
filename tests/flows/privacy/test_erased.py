"""What an erasure takes with it and what it leaves alone, and later files, which do not bring the person back."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from flows.erased.tombstones import Person
from flows.errors import RunError, SetupError, UsageError
from flows.home.keys import read_key
from flows.home.record import take_in
from flows.monthly.by_hand import withdraw
from flows.monthly.run import backfill, exclusive_ledger, monthly, plain_steps
from flows.privacy.rotate_key import rotate
from flows.settings import Settings, actor
from schemas.submissions import State
from tests.lib.files import with_hours
from tests.lib.people import EMPLOYEE, GMC, do_erase, found_in, plans, submissions
from tests.lib.walk import NOW, Put, Run
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger


def test_the_same_bytes_and_new_files_do_not_bring_the_person_back(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    first = plans((GMC, EMPLOYEE), ("7000001", "000200"))
    put("ZZ1/2026-08/a.csv", first)
    put("ZZ1/2026-09/a.csv", first.replace("1.5", "2"))
    run()
    with exclusive_ledger(settings) as ledger:
        withdraw(settings, ledger, ledger.loaded()[0].submission_id, "", "", NOW)
    do_erase(settings)
    put("ZZ1/2026-08/a.csv", first)  # withdrawn: taken again
    put("ZZ1/2026-09/a.csv", first.replace("1.5", "2"))  # loaded: a no-op
    put(f"ZZ1/2026-10/{EMPLOYEE}.csv", plans(("7000001", "000200"), ("", EMPLOYEE), (f"C{GMC}", "000777")))
    put("ZZ1/unknown.csv", f"Colour,Number\nred,{GMC}\nblue,1\n")
    month = run()
    taken = {o.period: o.counts for o in month.outcomes if o.is_taken}
    assert {period: (c.rows_in, c.accepted, c.erased) for period, c in taken.items()} == {
        "2026-08": (2, 1, 1),
        "2026-10": (3, 1, 2),
    }
    assert month.as_rows()[0]["erased"] in ("1", "2")
    assert found_in(settings) == {}
    put("ZZ1/2026-11/a.csv", plans(("", "000777"), ("7000001", "000200")))  # a number that was met beside theirs
    assert [(o.counts.accepted, o.counts.erased) for o in run().outcomes] == [(1, 1)]


def test_a_number_that_a_later_file_alone_tells_is_the_persons_too(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-08/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    run()
    do_erase(settings)
    put("ZZ1/2026-09/a.csv", plans(("", "000777"), (GMC, "000777"), ("7000001", "000200"), also=f"JP-9,1,C{GMC}\n"))
    (outcome,) = run().outcomes
    submission = submissions(settings)[outcome.submission_id]
    counts = submission.counts
    assert (counts.rows_in, counts.accepted, counts.rejected, counts.erased) == (4, 1, 0, 3)
    assert found_in(settings, "000777") == {}
    with exclusive_ledger(settings) as ledger:
        backfill(settings, ledger, plain_steps(settings, ledger), "2026-09", "2026-09", NOW)
    assert submissions(settings)[outcome.submission_id].counts == counts


def test_a_later_file_is_made_clean_though_the_run_was_stopped_before_that(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/2026-08/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    run()
    do_erase(settings)
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    monkeypatch.setattr("flows.erased.clean.clean", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    monkeypatch.undo()
    assert {name.split("/")[0] for name in found_in(settings)} == {"landing"}
    run()
    assert found_in(settings) == {}


def test_a_number_that_goes_with_two_people_is_not_followed(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200"), ("7000002", "000200"), (GMC, "000300"), ("", "000300")))
    run()
    do_erase(settings)
    (file,) = settings.staged.glob("*/job_plan.parquet")
    assert pq.read_table(file)["row_number"].to_pylist() == [3]


def test_a_number_that_stands_for_none_does_not_take_everyone_with_it(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(*(("0000000", f"0002{n:02}") for n in range(30))))
    run()
    do_erase(settings, Person("ZZ1", "employee", "000205"))
    (file,) = settings.staged.glob("*/job_plan.parquet")
    assert pq.read_table(file).num_rows == 29


def test_the_number_goes_from_cells_that_are_not_read_in_other_peoples_rows(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    text = plans(("7000001", "000200"), ("7000002", "000201")).replace("PA\n", "PA,Line manager\n")
    text = text.replace("000200,signed_off,SPA,1.5", f'000200,signed_off,SPA,1.5,"see C{GMC}, please"')
    put("ZZ1/2026-09/a.csv", text.replace("000201,signed_off,SPA,1.5", "000201,signed_off,SPA,1.5,x"))
    run()
    do_erase(settings)
    (landed,) = settings.landing.iterdir()
    assert landed.read_text().splitlines()[1].endswith("1.5,(erased)")
    assert found_in(settings) == {}
    assert [s.counts.accepted for s in submissions(settings).values()] == [2]


def test_a_file_of_nobody_else_stays_loaded_without_rows(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE)))
    run()
    do_erase(settings)
    ((submission, month),) = ((s, run()) for s in submissions(settings).values())
    assert (submission.state, submission.counts.accepted, submission.counts.erased) == (State.LOADED, 0, 1)
    assert month.published is not None
    with exclusive_ledger(settings) as ledger:
        again = backfill(settings, ledger, plain_steps(settings, ledger), "2026-09", "2026-09", NOW)
    assert [(o.state, o.counts.erased) for o in again.outcomes] == [(State.LOADED, 1)]


def test_one_organisations_person_is_anothers_where_nothing_is_linked(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    for code in ("ZZ1", "ZZ2"):
        put(f"{code}/2026-09/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    run()
    do_erase(settings)
    erased = {s.hints.organisation: s.counts.erased for s in submissions(settings).values()}
    assert erased == {"ZZ1": 1, "ZZ2": 0}


def test_a_linked_person_is_erased_everywhere_but_not_who_shares_an_employee_number(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = settings.model_copy(update={"link_organisations": True})
    monkeypatch.setenv("RESEARCH_CULTURE_LINK_ORGANISATIONS", "true")
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    put("ZZ2/2026-09/a.csv", plans((GMC, "000300"), ("7000002", "000200")))
    with exclusive_ledger(linked) as ledger:
        monthly(linked, ledger, plain_steps(linked, ledger), NOW)
    do_erase(linked)
    for file in linked.staged.glob("*/job_plan.parquet"):
        assert pq.read_table(file)["row_number"].to_pylist() == [3]


def test_a_stop_half_way_is_ended_by_the_same_again(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in ("2026-08", "2026-09"):
        put(f"ZZ1/{month}/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    put("ZZ1/2026-10/a.csv", plans(("", EMPLOYEE), ("7000001", "000200")))
    run()
    real, calls = erasures.record, []

    def failing(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("the disk is gone")
        real(*args)

    monkeypatch.setattr(erasures, "record", failing)
    with pytest.raises(OSError, match="gone"):
        do_erase(settings)
    monkeypatch.setattr(erasures, "record", real)
    do_erase(settings)
    assert found_in(settings) == {}
    counts = [(s.counts.accepted, s.counts.erased) for s in submissions(settings).values()]
    assert counts == [(1, 1)] * 3


def test_what_cannot_be_looked_into_is_not_kept_once_somebody_is_erased(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    run()
    do_erase(settings)
    put("ZZ1/old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + GMC.encode())
    (outcome,) = run().outcomes
    assert (outcome.state, outcome.sentences) == (State.REJECTED, outcome.sentences)
    assert found_in(settings) == {} and "old-style .xls" in outcome.sentences[0]
    assert len(list(settings.landing.iterdir())) == 1


def test_a_workbook_with_the_person_that_cannot_be_blanked_is_not_kept(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    run()
    do_erase(settings)
    with_hours(settings.inbox / "ZZ1" / "hours.xlsx", GMC)
    (outcome,) = run().outcomes
    assert (outcome.state, found_in(settings)) == (State.REJECTED, {})


def test_nothing_is_erased_without_a_yes(settings: Settings, plan_layout: None, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE)))
    run()
    held = found_in(settings)
    assert do_erase(settings, yes=False) == "Nothing was erased."
    assert found_in(settings) == held
    with Ledger(settings.ledger, actor()) as ledger:
        assert not erasures.tombstones(ledger) and not ledger.rows("SELECT * FROM erasure")


def test_the_log_says_what_was_erased_and_not_who(settings: Settings, plan_layout: None, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, EMPLOYEE), ("7000001", "000200")))
    run()
    do_erase(settings)
    with Ledger(settings.ledger, actor()) as ledger:
        entries = {row["action"]: row["detail"] for row in ledger.rows("SELECT action, detail FROM audit")}
        (row,) = ledger.rows("SELECT * FROM erasure")
    submission = row["submission_id"]
    assert submission in entries["erase"] and '"by": "the lead"' in entries["erase"]
    assert '"rows": 1' in entries["erase rows"]
    assert row["former_sha256"] == submissions(settings)[submission].sha256 != row["new_sha256"]
    assert (row["row_count"], row["erased_by"]) == (1, "the lead")


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Person("ZZ1", "registration", "12"), "does not have the shape of the registration number"),
        (Person("ZZ1", "case", " "), "does not have the shape"),
        (Person("ZZ9", "registration", GMC), "not declared"),
    ],
)
def test_what_cannot_be_a_person_is_refused(settings: Settings, person: Person, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refusal:
        do_erase(settings, person)
    assert not person.typed.strip() or person.typed not in str(refusal.value)


def test_a_key_that_people_were_erased_under_is_missed(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans(("7000001", "000200")))
    do_erase(settings)
    with exclusive_ledger(settings) as ledger:
        rotate(settings, ledger, NOW)
    assert settings.key
    settings.key.write_text(f"{read_key(settings)[0].hex()}\n")  # without the former one
    with pytest.raises(SetupError, match="is not in the key file; add it"):
        run()
    assert len(list(settings.inbox.rglob("*.csv"))) == 1


def test_a_landed_file_that_the_ledger_does_not_know_is_made_clean_once_it_is_taken_in_again(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-08/a.csv", plans((GMC, EMPLOYEE)))
    run()
    do_erase(settings)
    (settings.landing / "20260101-abc-1").write_text(plans((GMC, EMPLOYEE), ("7000001", "000200")))
    with pytest.raises(RunError, match="restore --from-landing"):
        run()
    with Ledger(settings.ledger, actor()) as ledger:
        take_in(settings, ledger, NOW)
    run()
    assert found_in(settings) == {}
